package dev.estiba.api;

import java.util.Map;

/** The log driver of a container, and its options. */
public record LogConfig(String type, Map<String, String> config) {
    public LogConfig {
        config = Copies.inOrder(config);
    }
}
