/**
 * What is said to a monitor, and what it says: the settings that it is started with, the frames of its attach socket, its
 * exit file. native/README.md has the bytes.
 */
@NullMarked
package dev.estiba.runtime.monitor;

import org.jspecify.annotations.NullMarked;
