/** Command lines in pflag's grammar, which Docker's command has: flags as data, parsed without reflection. */
@NullMarked
package dev.estiba.cli.flag;

import org.jspecify.annotations.NullMarked;
