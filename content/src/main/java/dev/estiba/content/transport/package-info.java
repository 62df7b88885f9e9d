/** Where images come from and go to: a registry, a layout, an archive, the store; any to any other. */
@NullMarked
package dev.estiba.content.transport;

import org.jspecify.annotations.NullMarked;
