package dev.estiba.api;

import java.util.Map;

/**
 * A volume that is to be there.
 *
 * @param driver empty: {@code local}
 * @param driverOpts for the driver alone
 * @param name empty: one is made up, and the volume is anonymous
 */
public record VolumeCreateRequest(
        String driver, Map<String, String> driverOpts, Map<String, String> labels, String name) {
    public VolumeCreateRequest {
        driverOpts = Copies.inOrder(driverOpts);
        labels = Copies.inOrder(labels);
    }
}
