/** What has happened in the engine, for whoever wants to know. */
@NullMarked
package dev.estiba.engine.event;

import org.jspecify.annotations.NullMarked;
