/** How containers are: the question, its answers, and what follows from them. */
@NullMarked
package dev.estiba.engine.health;

import org.jspecify.annotations.NullMarked;
