/**
 * Conversations with the kernel over netlink(7): links, addresses and routes (rtnetlink(7)), firewalls (nf_tables) and tracked
 * connections. A message is data; a {@link dev.estiba.linux.netlink.NetlinkSocket} belongs to the network namespace that it was made
 * in, and carries several out in one system call. What the kernel answers is read with its bounds checked.
 *
 * <p>One family of messages a file. Nothing here knows containers.
 */
@NullMarked
package dev.estiba.linux.netlink;

import org.jspecify.annotations.NullMarked;
