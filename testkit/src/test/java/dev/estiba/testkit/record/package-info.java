/** Every command and flag of Docker's, on dockerd and on our daemon. */
@NullMarked
package dev.estiba.testkit.record;

import org.jspecify.annotations.NullMarked;
