/** What is left, and what is said, when a process of the runtime is killed at any of its steps. */
@NullMarked
package dev.estiba.testkit.faults;

import org.jspecify.annotations.NullMarked;
