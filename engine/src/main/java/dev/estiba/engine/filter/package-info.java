/** What filters of the Docker API have in common. */
@NullMarked
package dev.estiba.engine.filter;

import org.jspecify.annotations.NullMarked;
