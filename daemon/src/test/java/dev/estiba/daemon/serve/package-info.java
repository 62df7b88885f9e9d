@NullMarked
package dev.estiba.daemon.serve;

import org.jspecify.annotations.NullMarked;
