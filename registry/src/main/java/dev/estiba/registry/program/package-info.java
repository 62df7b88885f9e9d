/** Programs that know their user's credentials, by the protocol of Docker's credential helpers. */
@NullMarked
package dev.estiba.registry.program;

import org.jspecify.annotations.NullMarked;
