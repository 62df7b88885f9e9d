/** A module as it should be. */
@NullMarked
package dev.estiba.rules.planted.runtime;

import org.jspecify.annotations.NullMarked;
