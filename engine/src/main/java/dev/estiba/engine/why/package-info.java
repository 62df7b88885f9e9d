/** Why a container is as it is. */
@NullMarked
package dev.estiba.engine.why;

import org.jspecify.annotations.NullMarked;
