/** Networks of containers as Docker's users know them, on the bridges of {@code network}. */
@NullMarked
package dev.estiba.engine.network;

import org.jspecify.annotations.NullMarked;
