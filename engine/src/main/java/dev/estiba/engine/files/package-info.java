/**
 * What is in containers' file systems: looked at, packed, unpacked ({@code cp}, {@code export}, {@code diff}, {@code commit}). A
 * container's processes may exchange anything for anything meanwhile, so a path is looked up by the kernel beneath the container's root
 * directory, never by text.
 */
@NullMarked
package dev.estiba.engine.files;

import org.jspecify.annotations.NullMarked;
