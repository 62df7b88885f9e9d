/** The engine: containers as Docker's users know them, on the runtime, with what they leave on disk. */
@NullMarked
package dev.estiba.engine;

import org.jspecify.annotations.NullMarked;
