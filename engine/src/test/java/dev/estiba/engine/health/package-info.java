@NullMarked
package dev.estiba.engine.health;

import org.jspecify.annotations.NullMarked;
