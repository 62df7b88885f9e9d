/**
 * Pulls, pushes, lists and deletes images by the distribution specification 1.1. {@link dev.estiba.registry.client.Registry} is
 * where a program begins:
 *
 * <pre>{@code
 * try (Registry registry = Registry.open(RegistrySettings.USUAL);
 *         ImageSource image = registry.source(Reference.parse("localhost:5000/name:tag"))) {
 *     Document root = image.root();
 * }
 * }</pre>
 */
@NullMarked
package dev.estiba.registry.client;

import org.jspecify.annotations.NullMarked;
