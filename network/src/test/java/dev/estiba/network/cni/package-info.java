@NullMarked
package dev.estiba.network.cni;

import org.jspecify.annotations.NullMarked;
