@NullMarked
package dev.estiba.engine.spec;

import org.jspecify.annotations.NullMarked;
