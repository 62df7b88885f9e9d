/** What is measured, as Prometheus reads it. */
@NullMarked
package dev.estiba.registry.metrics;

import org.jspecify.annotations.NullMarked;
