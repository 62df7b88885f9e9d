/** From flags to the body of {@code POST /containers/create}, exactly as Docker's command makes it. */
@NullMarked
package dev.estiba.cli.create;

import org.jspecify.annotations.NullMarked;
