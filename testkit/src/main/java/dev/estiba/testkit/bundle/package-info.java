/**
 * Bundles for tests and benches: a root file system with the static probe in it, and a config.json that is what Docker
 * hands to runc by default, which a test then changes in the one point that it is about.
 *
 * <p>JSON is handled as a tree here ({@link dev.estiba.testkit.bundle.JsonObject}) and not as the records of
 * {@code dev.estiba.oci}: a test must be able to write what those refuse.
 */
@NullMarked
package dev.estiba.testkit.bundle;

import org.jspecify.annotations.NullMarked;
