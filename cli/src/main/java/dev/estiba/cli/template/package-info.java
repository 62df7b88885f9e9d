/** Go's text/template with the functions of Docker's command, over values that have Go's types. */
@NullMarked
package dev.estiba.cli.template;

import org.jspecify.annotations.NullMarked;
