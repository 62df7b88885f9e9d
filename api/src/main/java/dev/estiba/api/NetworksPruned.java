package dev.estiba.api;

import java.util.List;

/** @param networksDeleted their names */
public record NetworksPruned(List<String> networksDeleted) {
    public NetworksPruned {
        networksDeleted = List.copyOf(networksDeleted);
    }
}
