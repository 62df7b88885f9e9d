@NullMarked
package dev.estiba.linux.netlink;

import org.jspecify.annotations.NullMarked;
