/**
 * The plan: the start of a container as data, one system call a step, and its encoding for the native executor.
 *
 * <p>The format is written down in {@code native/README.md}. This package knows no container either: what the steps
 * mean is the business of {@code dev.estiba.runtime.compile}.
 */
@NullMarked
package dev.estiba.runtime.plan;

import org.jspecify.annotations.NullMarked;
