@NullMarked
package dev.estiba.engine.container;

import org.jspecify.annotations.NullMarked;
