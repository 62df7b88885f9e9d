/**
 * The Docker Engine API over HTTP: requests become calls of {@link dev.estiba.api.EngineApi}, whose answers become documents and
 * streams. The door holds no state of its own.
 */
@NullMarked
package dev.estiba.doors.docker;

import org.jspecify.annotations.NullMarked;
