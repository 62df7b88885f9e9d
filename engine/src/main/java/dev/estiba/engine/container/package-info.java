/** What is done with containers. */
@NullMarked
package dev.estiba.engine.container;

import org.jspecify.annotations.NullMarked;
