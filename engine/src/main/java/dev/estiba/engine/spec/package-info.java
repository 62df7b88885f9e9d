/** From a create body to a runtime configuration: Docker's defaults, refusals and words. */
@NullMarked
package dev.estiba.engine.spec;

import org.jspecify.annotations.NullMarked;
