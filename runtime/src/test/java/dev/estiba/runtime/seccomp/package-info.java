@NullMarked
package dev.estiba.runtime.seccomp;

import org.jspecify.annotations.NullMarked;
