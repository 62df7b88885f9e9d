package dev.estiba.api;

import java.util.Map;

/** A part of the product. */
public record Component(String name, String version, Map<String, String> details) {
    public Component {
        details = Copies.inOrder(details);
    }
}
