/**
 * Runs every test of the code base, Java and shell alike, in one go and with one verdict.
 *
 * <p>The build tool's own runner starts a JVM per module and prints a summary per class. Here one JVM runs the JUnit tests
 * of all modules, then the scripts that speak TAP, and ends with a single line {@code N passed, N failed, N skipped}. A
 * test is skipped only with a reason, and the reason is printed.
 */
@NullMarked
package dev.estiba.testkit.runner;

import org.jspecify.annotations.NullMarked;
