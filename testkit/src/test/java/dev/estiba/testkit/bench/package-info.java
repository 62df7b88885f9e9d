/** The driver of the benches: a measurement that hides a failure is worse than none. */
@NullMarked
package dev.estiba.testkit.bench;

import org.jspecify.annotations.NullMarked;
