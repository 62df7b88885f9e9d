@NullMarked
package dev.estiba.engine.volume;

import org.jspecify.annotations.NullMarked;
