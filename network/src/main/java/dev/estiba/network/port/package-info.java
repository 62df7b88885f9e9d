/**
 * Ports of the host: taking them, telling who has them, and the relay for what a firewall cannot translate.
 */
@NullMarked
package dev.estiba.network.port;

import org.jspecify.annotations.NullMarked;
