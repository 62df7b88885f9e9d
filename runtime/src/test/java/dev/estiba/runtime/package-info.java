/** Tests of the library: real containers, made from this JVM. */
@NullMarked
package dev.estiba.runtime;

import org.jspecify.annotations.NullMarked;
