/** The programs that serve: today the JVM behind the {@code estiba} command. */
@NullMarked
package dev.estiba.daemon;

import org.jspecify.annotations.NullMarked;
