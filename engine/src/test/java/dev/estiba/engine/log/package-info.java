@NullMarked
package dev.estiba.engine.log;

import org.jspecify.annotations.NullMarked;
