/** One class a command. */
@NullMarked
package dev.estiba.cli.command;

import org.jspecify.annotations.NullMarked;
