@NullMarked
package dev.estiba.engine;

import org.jspecify.annotations.NullMarked;
