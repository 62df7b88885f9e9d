package dev.estiba.content.unpack;

import java.util.ArrayList;
import java.util.List;

/** What of a layer was left out, for a person. */
final class Omitted {
    private final List<String> all = new ArrayList<>();

    void add(String sentence) {
        if (all.size() < Unpacked.MOST_TOLD) {
            all.add(sentence);
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
