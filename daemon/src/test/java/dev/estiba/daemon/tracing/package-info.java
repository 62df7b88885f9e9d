@NullMarked
package dev.estiba.daemon.tracing;

import org.jspecify.annotations.NullMarked;
