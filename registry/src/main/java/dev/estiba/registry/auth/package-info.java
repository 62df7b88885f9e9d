/** How a client shows a registry who it is: passwords, the token service of the distribution specification, tokens kept and renewed. */
@NullMarked
package dev.estiba.registry.auth;

import org.jspecify.annotations.NullMarked;
