/**
 * Every field of the runtime specification, and how one sees from inside of a container, or in the kernel's files, that it
 * had its effect: {@code conformance.txt}. The same containers are run by runc and crun; what those did is recorded.
 */
@NullMarked
package dev.estiba.testkit.conformance;

import org.jspecify.annotations.NullMarked;
