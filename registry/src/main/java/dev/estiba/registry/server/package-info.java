/**
 * A registry by the distribution specification 1.1 that serves the engine's own store: what is here is served without a copy, and what
 * is pushed is an image of the engine. {@link dev.estiba.registry.server.RegistryServer} is where a program begins.
 */
@NullMarked
package dev.estiba.registry.server;

import org.jspecify.annotations.NullMarked;
