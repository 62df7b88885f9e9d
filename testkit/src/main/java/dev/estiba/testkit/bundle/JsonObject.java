package dev.estiba.testkit.bundle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that tests read and change by path: {@code "linux.resources.memory.limit"}, {@code "mounts[1].options"}.
 * Names with dots or brackets in them cannot be reached by a path; {@link #fields(String)} gives the map that has them.
 *
 * <p>A wrong path is a mistake in the test: reading what is not there, or what is of another type, throws {@link
 * IllegalArgumentException} with the path and what is there instead. Not for several threads.
 */
public final class JsonObject {
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)((?:\\[\\d+\\])*)(?:\\.|$)");
    private static final Pattern INDEX = Pattern.compile("\\[(\\d+)\\]");

    private final Map<String, @Nullable Object> fields;

    private JsonObject(Map<String, @Nullable Object> fields) {
        this.fields = fields;
    }

    /** @throws IllegalArgumentException when it is JSON but no object; the parser's own exception when it is no JSON */
    public static JsonObject parse(byte[] text) {
        return of(JsonTree.read(text), "the text");
    }

    /** As {@link #parse(byte[])}, of UTF-8. */
    public static JsonObject parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The object as JSON without white space, fields in the order in which they were read or added. */
    public byte[] bytes() {
        return JsonTree.write(fields);
    }

    /** Whether there is a value at this path, {@code null} included. */
    public boolean has(String path) {
        return find(path).isPresent();
    }

    /** The string at a path. */
    public String text(String path) {
        return need(path, String.class);
    }

    /** The number at a path, when it is whole and fits. */
    public long number(String path) {
        return need(path, Long.class);
    }

    /** The boolean at a path. */
    public boolean flag(String path) {
        return need(path, Boolean.class);
    }

    /** The object at a path; changes to it are changes to this one. */
    public JsonObject object(String path) {
        return of(need(path, Object.class), path);
    }

    /** The fields of the object at a path: live, and with names that no path can say. */
    public Map<String, @Nullable Object> fields(String path) {
        return object(path).fields;
    }

    /** The names in this object, in order. */
    public List<String> names() {
        return List.copyOf(fields.keySet());
    }

    /** The array at a path: live, so that elements can be added and removed. */
    @SuppressWarnings("unchecked")
    public List<Object> list(String path) {
        return need(path, List.class);
    }

    /** The array at a path as objects that share their fields with this one. */
    public List<JsonObject> objects(String path) {
        return list(path).stream().map(element -> of(element, path)).toList();
    }

    /** The array at a path as strings. */
    public List<String> texts(String path) {
        return list(path).stream().map(String.class::cast).toList();
    }

    /**
     * Sets a field. Objects on the way that are not there are made; an element of an array must be there.
     *
     * @param value a string, number, boolean, list, map or another {@link JsonObject}
     */
    public JsonObject put(String path, Object value) {
        List<Object> steps = steps(path);
        Object at = fields;
        for (int i = 0; i < steps.size() - 1; i++) {
            at = childOrNew(at, steps.get(i), path);
        }
        Object plain = plain(value);
        if (steps.getLast() instanceof String name) {
            of(at, path).fields.put(name, plain);
        } else {
            array(at, path).set((Integer) steps.getLast(), plain);
        }
        return this;
    }

    /** Takes a field away. */
    public JsonObject remove(String path) {
        int dot = path.lastIndexOf('.');
        JsonObject holder = dot < 0 ? this : object(path.substring(0, dot));
        String name = path.substring(dot + 1);
        if (!holder.fields.containsKey(name)) {
            throw new IllegalArgumentException(path + " is not there to be removed; there is " + holder.names());
        }
        holder.fields.remove(name);
        return this;
    }

    /** Adds an element to an array, which is made when it is not there. */
    public JsonObject add(String path, Object element) {
        if (!has(path)) {
            put(path, new ArrayList<>());
        }
        list(path).add(plain(element));
        return this;
    }

    /** A new array for {@link #put}, from its elements. */
    public static List<Object> array(Object... elements) {
        return new ArrayList<>(Arrays.stream(elements).map(JsonObject::plain).toList());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject object && fields.equals(object.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** As {@link JsonTree} would have read it, so that what was put equals what is read back. */
    private static Object plain(Object value) {
        return switch (value) {
            case JsonObject object -> object.fields;
            case Integer number -> number.longValue();
            case List<?> list ->
                new ArrayList<>(list.stream().map(JsonObject::plain).toList());
            default -> value;
        };
    }

    private static List<Object> steps(String path) {
        List<Object> steps = new ArrayList<>();
        Matcher step = STEP.matcher(path);
        int end = 0;
        while (step.find() && step.start() == end) {
            steps.add(step.group(1));
            INDEX.matcher(step.group(2)).results().forEach(index -> steps.add(Integer.valueOf(index.group(1))));
            end = step.end();
        }
        if (end != path.length() || steps.isEmpty()) {
            throw new IllegalArgumentException("not a path: '" + path + "'");
        }
        return steps;
    }

    private Optional<Object> find(String path) {
        Object at = fields;
        for (Object step : steps(path)) {
            Object child = child(at, step);
            if (child == null) {
                return Optional.empty();
            }
            at = child;
        }
        return Optional.of(at);
    }

    private static @Nullable Object child(Object at, Object step) {
        if (step instanceof String name) {
            return at instanceof Map<?, ?> object ? object.get(name) : null;
        }
        int index = (Integer) step;
        return at instanceof List<?> array && index < array.size() ? array.get(index) : null;
    }

    private static Object childOrNew(Object at, Object step, String path) {
        Object child = child(at, step);
        if (child != null) {
            return child;
        }
        if (!(step instanceof String name)) {
            throw new IllegalArgumentException(path + ": there is no element " + step);
        }
        Map<String, @Nullable Object> made = new LinkedHashMap<>();
        of(at, path).fields.put(name, made);
        return made;
    }

    private <T> T need(String path, Class<T> type) {
        Object found =
                find(path).orElseThrow(() -> new IllegalArgumentException(path + " is not there; there is " + names()));
        if (!type.isInstance(found)) {
            throw new IllegalArgumentException(path + " is no " + type.getSimpleName() + " but " + found);
        }
        return type.cast(found);
    }

    @SuppressWarnings("unchecked")
    private static JsonObject of(@Nullable Object value, String path) {
        if (!(value instanceof Map<?, ?>)) {
            throw new IllegalArgumentException(path + " is no object but " + value);
        }
        return new JsonObject((Map<String, @Nullable Object>) value);
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> array(Object value, String path) {
        if (!(value instanceof List<?>)) {
            throw new IllegalArgumentException(path + " is no array but " + value);
        }
        return (List<@Nullable Object>) value;
    }
}
