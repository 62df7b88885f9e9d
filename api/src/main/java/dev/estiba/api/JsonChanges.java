package dev.estiba.api;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What another version of the API has otherwise in a document: fields that it lacks, and fields that it has besides. A field is named
 * by its path, {@code NetworkSettings.Bridge}; elements of a list have the list's path, and {@code *} is any name. The document is
 * one that a {@link Body} has written. Safe for all threads.
 */
public final class JsonChanges {
    /** None at all. */
    public static final JsonChanges NONE = new JsonChanges(List.of(), List.of(), List.of());

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private final List<List<String>> dropped;
    private final List<Added> added;
    private final List<Copied> copied;

    /** @param json a whole value */
    private record Added(List<String> object, String name, String json) {}

    private record Copied(List<String> object, String from, String to) {}

    private JsonChanges(List<List<String>> dropped, List<Added> added, List<Copied> copied) {
        this.dropped = List.copyOf(dropped);
        this.added = List.copyOf(added);
        this.copied = List.copyOf(copied);
    }

    private static List<String> path(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
    }

    private static <T> List<T> with(List<T> all, T one) {
        List<T> more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    /** And these fields are not there. */
    public JsonChanges dropping(String... paths) {
        List<List<String>> more = new ArrayList<>(dropped);
        for (String each : paths) {
            more.add(path(each));
        }
        return new JsonChanges(more, added, copied);
    }

    /** And each object of that path has one field more, behind all others. */
    public JsonChanges adding(String object, String name, String json) {
        return new JsonChanges(dropped, with(added, new Added(path(object), name, json)), copied);
    }

    /** And each object of that path that has a number tells it by another name as well. */
    public JsonChanges copying(String object, String from, String to) {
        return new JsonChanges(dropped, added, with(copied, new Copied(path(object), from, to)));
    }

    public boolean isNone() {
        return dropped.isEmpty() && added.isEmpty() && copied.isEmpty();
    }

    /** The document with these changes. */
    public byte[] in(byte[] document) {
        if (isNone()) {
            return document;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(document.length);
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), document);
                JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            in.nextToken();
            value(in, out, new ArrayList<>());
        }
        return bytes.toByteArray();
    }

    private void value(JsonParser in, JsonGenerator out, List<String> path) {
        switch (in.currentToken()) {
            case START_OBJECT -> object(in, out, path);
            case START_ARRAY -> {
                out.writeStartArray();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    value(in, out, path);
                }
                out.writeEndArray();
            }
            default -> out.copyCurrentEvent(in);
        }
    }

    private void object(JsonParser in, JsonGenerator out, List<String> path) {
        out.writeStartObject();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            path.addLast(name);
            if (dropped.stream().anyMatch(each -> isAt(each, path))) {
                in.skipChildren();
            } else {
                out.writeName(name);
                value(in, out, path);
            }
            path.removeLast();
            for (Copied each : copied) {
                if (each.from().equals(name) && isAt(each.object(), path)) {
                    out.writeNumberProperty(each.to(), in.getLongValue());
                }
            }
        }
        for (Added each : added) {
            if (isAt(each.object(), path)) {
                out.writeName(each.name());
                out.writeRawValue(each.json());
            }
        }
        out.writeEndObject();
    }

    private static boolean isAt(List<String> wanted, List<String> path) {
        if (wanted.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!wanted.get(i).equals("*") && !wanted.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
