@NullMarked
package dev.estiba.engine.why;

import org.jspecify.annotations.NullMarked;
