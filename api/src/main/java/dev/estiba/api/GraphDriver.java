package dev.estiba.api;

import java.util.Map;

/** Where a container's root file system is. */
public record GraphDriver(Map<String, String> data, String name) {
    public GraphDriver {
        data = Copies.inOrder(data);
    }
}
