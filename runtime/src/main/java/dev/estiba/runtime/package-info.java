/**
 * Containers from a Java program, without a daemon:
 *
 * {@snippet lang = java :
 * try (Container c = Containers.in(Path.of("/run/containers")).create("web", Bundle.at(Path.of("/srv/web")))) {
 *     c.start();
 *     int status = c.waitFor();
 * }
 * int status = Containers.in(root).run("once", Spec.of(rootfs).args("/bin/true"));
 * }
 *
 * <p>What a container is is decided in this JVM; what it takes is done by a small native program that the jar carries.
 * The program is a container's parent and knows its status; the JVM may end, and the container goes on. Containers are
 * kept as {@code estiba-oci} keeps them: with {@code --root} it sees them, and this library sees those that it has made.
 *
 * <p>A method that waits holds its thread, and an interrupt does not end it: give it a platform thread.
 */
@NullMarked
package dev.estiba.runtime;

import org.jspecify.annotations.NullMarked;
