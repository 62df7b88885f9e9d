package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * Devices asked of a driver by what they can do.
 *
 * @param count -1: all
 * @param capabilities alternatives of capabilities together
 */
public record DeviceRequest(
        String driver,
        int count,
        List<String> deviceIDs,
        List<List<String>> capabilities,
        Map<String, String> options) {
    public DeviceRequest {
        deviceIDs = List.copyOf(deviceIDs);
        capabilities = capabilities.stream().map(List::copyOf).toList();
        options = Copies.inOrder(options);
    }
}
