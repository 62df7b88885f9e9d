@NullMarked
package dev.estiba.engine.check;

import org.jspecify.annotations.NullMarked;
