package dev.estiba.oci.runtime;

import java.util.Optional;

/**
 * An interface of the host to move into the container: a value of {@code linux.netDevices}.
 *
 * @param name its name inside; absent keeps the name
 */
public record NetDevice(Optional<String> name) {
    public NetDevice {
        name = Copies.nonEmpty(name);
    }
}
