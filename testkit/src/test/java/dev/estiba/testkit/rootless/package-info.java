/** What an ordinary user does with the runtime, and podman for one. */
@NullMarked
package dev.estiba.testkit.rootless;

import org.jspecify.annotations.NullMarked;
