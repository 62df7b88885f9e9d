/** What a daemon measures of itself. */
@NullMarked
package dev.estiba.daemon.metrics;

import org.jspecify.annotations.NullMarked;
