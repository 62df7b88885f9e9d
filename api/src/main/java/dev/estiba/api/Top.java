package dev.estiba.api;

import java.util.List;

/** The processes of a container, as a table. */
public record Top(List<String> titles, List<List<String>> processes) {
    public Top {
        titles = List.copyOf(titles);
        processes = processes.stream().map(List::copyOf).toList();
    }
}
