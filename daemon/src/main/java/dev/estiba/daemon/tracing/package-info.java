/** What a daemon tells of its calls to a collector of OpenTelemetry's. */
@NullMarked
package dev.estiba.daemon.tracing;

import org.jspecify.annotations.NullMarked;
