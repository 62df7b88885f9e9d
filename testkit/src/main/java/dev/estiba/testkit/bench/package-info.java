/** Programs that the benches call beside the runtimes that they compare. */
@NullMarked
package dev.estiba.testkit.bench;

import org.jspecify.annotations.NullMarked;
