package dev.estiba.oci.runtime;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One entry of the device list: {@code linux.resources.devices}. A later rule wins over an earlier one.
 *
 * @param allow allowed or denied
 * @param type {@code a}, {@code b} or {@code c}; absent means all
 * @param major absent, or -1 as some write it, means all
 * @param minor as {@code major}
 * @param access any of {@code r}, {@code w}, {@code m}
 */
public record DeviceRule(
        boolean allow, Optional<String> type, OptionalLong major, OptionalLong minor, Optional<String> access) {
    public DeviceRule {
        type = Copies.nonEmpty(type);
        access = Copies.nonEmpty(access);
    }
}
