/** What containers are made of. */
@NullMarked
package dev.estiba.engine.image;

import org.jspecify.annotations.NullMarked;
