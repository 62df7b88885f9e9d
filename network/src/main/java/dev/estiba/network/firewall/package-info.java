/**
 * The one table of nf_tables that is ours: published ports, isolation, masquerading.
 */
@NullMarked
package dev.estiba.network.firewall;

import org.jspecify.annotations.NullMarked;
