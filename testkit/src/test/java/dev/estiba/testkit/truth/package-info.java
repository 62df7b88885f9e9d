/** What is said of a container's end, and of one that does not end, is what the kernel did. */
@NullMarked
package dev.estiba.testkit.truth;

import org.jspecify.annotations.NullMarked;
