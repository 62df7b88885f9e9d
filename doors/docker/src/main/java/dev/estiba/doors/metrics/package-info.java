/** Measurements for who collects them, over HTTP. */
@NullMarked
package dev.estiba.doors.metrics;

import org.jspecify.annotations.NullMarked;
