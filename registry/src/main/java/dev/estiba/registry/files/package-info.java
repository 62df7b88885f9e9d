/** The configuration that users of Docker, containerd and Podman have already; each file is read from a path that the caller gives. */
@NullMarked
package dev.estiba.registry.files;

import org.jspecify.annotations.NullMarked;
