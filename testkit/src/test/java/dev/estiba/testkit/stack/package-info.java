/** Whole stacks of containers, run by the clients that people have: compose, docker-java, Testcontainers. */
@NullMarked
package dev.estiba.testkit.stack;

import org.jspecify.annotations.NullMarked;
