/**
 * The numbers that Linux gives to things: system calls, errors, signals, capabilities, limits, architectures.
 *
 * <p>Pure data. Nothing here calls the kernel or loads the foreign-function API, so that a planner that only compiles
 * may use it without paying for what it never does. Every table is compared with the C compiler's headers by a test.
 */
@NullMarked
package dev.estiba.linux.number;

import org.jspecify.annotations.NullMarked;
