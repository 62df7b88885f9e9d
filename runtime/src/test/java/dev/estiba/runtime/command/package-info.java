/** Command lines and gathered bytes to plans, without root and without a kernel. */
@NullMarked
package dev.estiba.runtime.command;

import org.jspecify.annotations.NullMarked;
