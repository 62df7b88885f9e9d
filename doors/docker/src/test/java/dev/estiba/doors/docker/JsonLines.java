package dev.estiba.doors.docker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A document as lines: a value each, behind the way to it. Lists of texts are told in order, those of objects by their place. */
final class JsonLines {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<String> lines = new ArrayList<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final Deque<Integer> places = new ArrayDeque<>();

    private JsonLines() {}

    static List<String> of(byte[] document) {
        JsonLines all = new JsonLines();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            all.value(parser, parser.nextToken());
        }
        return all.lines;
    }

    private void value(JsonParser parser, JsonToken token) {
        switch (token) {
            case START_OBJECT -> {
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_OBJECT; next = parser.nextToken()) {
                    path.addLast(parser.currentName());
                    value(parser, parser.nextToken());
                    path.removeLast();
                }
            }
            case START_ARRAY -> {
                places.addLast(0);
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    int place = places.removeLast();
                    path.addLast(Integer.toString(place));
                    value(parser, next);
                    path.removeLast();
                    places.addLast(place + 1);
                }
                places.removeLast();
            }
            default -> lines.add(String.join(".", path) + " " + parser.getString());
        }
    }
}
