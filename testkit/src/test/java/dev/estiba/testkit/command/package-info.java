/** The native half of the command, with the built executable and a JVM whose program does what a test needs. */
@NullMarked
package dev.estiba.testkit.command;

import org.jspecify.annotations.NullMarked;
