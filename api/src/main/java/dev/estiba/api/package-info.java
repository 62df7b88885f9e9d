/**
 * The Docker Engine API, version 1.51, as records with their JSON, and its operations as one interface, {@link
 * dev.estiba.api.EngineApi}: what stands between those who ask (the command, the HTTP door) and the engine.
 *
 * <p>The fields are named as the API names them, and the API says what they mean. A record is what Go would have read:
 * what is absent is empty, zero or false, except where the API keeps the two apart. All records are deeply immutable.
 */
@NullMarked
package dev.estiba.api;

import org.jspecify.annotations.NullMarked;
