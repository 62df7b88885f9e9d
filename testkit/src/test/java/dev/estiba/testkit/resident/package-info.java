/** The planner's resident JVM as its callers meet it: born, shared, stopped, killed, leaving. */
@NullMarked
package dev.estiba.testkit.resident;

import org.jspecify.annotations.NullMarked;
