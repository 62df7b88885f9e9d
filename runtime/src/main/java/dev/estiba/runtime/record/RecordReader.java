package dev.estiba.runtime.record;

import dev.estiba.oci.runtime.Hook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads {@code state.json}. What this version does not know is passed over; a later version is refused. */
public final class RecordReader {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 16;
    private static final String CGROUPS = "/sys/fs/cgroup/";
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .build())
            .build();

    private final JsonParser parser;
    private long version;
    private String id = "";
    private String bundle = "";
    private String rootfs = "";
    private String created = "";
    private long owner;
    private String bootId = "";
    private boolean ownPids;
    private Map<String, String> annotations = Map.of();
    private List<String> cgroups = List.of();
    private boolean unified;
    private List<Hook> poststart = List.of();
    private List<Hook> poststop = List.of();

    private RecordReader(JsonParser parser) {
        this.parser = parser;
    }

    /** @throws RecordException when the bytes are no record, or one of a later version */
    public static ContainerRecord read(byte[] bytes) throws RecordException {
        if (bytes.length > MAX_BYTES) {
            throw new RecordException("it is longer than any record", false);
        }
        if (bytes.length == 0) {
            throw new RecordException("it is empty", true);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            return new RecordReader(parser).record();
        } catch (JacksonException e) {
            throw new RecordException("it is no whole JSON document", true);
        }
    }

    private ContainerRecord record() throws RecordException {
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            field(name, value);
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        if (version != ContainerRecord.VERSION) {
            throw new RecordException(
                    "it has the version " + version + ", this is a runtime of version " + ContainerRecord.VERSION
                            + ": use the one that made the container",
                    false);
        }
        if (id.isEmpty()) {
            throw new RecordException("it names no container", false);
        }
        for (String cgroup : cgroups) {
            checkCgroup(cgroup);
        }
        return new ContainerRecord(
                id,
                bundle,
                rootfs,
                created,
                owner,
                bootId,
                ownPids,
                annotations,
                cgroups,
                unified,
                poststart,
                poststop);
    }

    private void field(String name, JsonToken value) throws RecordException {
        switch (name) {
            case "version" -> version = number(value);
            case "id" -> id = text(value);
            case "bundle" -> bundle = text(value);
            case "rootfs" -> rootfs = text(value);
            case "created" -> created = text(value);
            case "owner" -> owner = number(value);
            case "bootId" -> bootId = text(value);
            case "ownPids" -> ownPids = value == JsonToken.VALUE_TRUE;
            case "annotations" -> annotations = map(value);
            case "cgroups" -> cgroups = texts(value);
            case "unified" -> unified = value == JsonToken.VALUE_TRUE;
            case "poststart" -> poststart = hooks(value);
            case "poststop" -> poststop = hooks(value);
            default -> parser.skipChildren();
        }
    }

    /** Groups are removed by these paths: nothing else may be. */
    private void checkCgroup(String path) throws RecordException {
        String rest = path.startsWith(CGROUPS) ? path.substring(CGROUPS.length()) : "";
        boolean inside = (unified || rest.indexOf('/') > 0) && rest.indexOf('\0') < 0;
        for (String part : rest.split("/", -1)) {
            inside = inside && !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        if (!inside) {
            throw new RecordException("it names a cgroup that is none: " + path, false);
        }
    }

    private List<Hook> hooks(JsonToken value) throws RecordException {
        expect(value, JsonToken.START_ARRAY);
        List<Hook> hooks = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            hooks.add(hook());
        }
        return hooks;
    }

    private Hook hook() throws RecordException {
        expect(parser.currentToken(), JsonToken.START_OBJECT);
        String path = "";
        List<String> args = List.of();
        List<String> env = List.of();
        OptionalInt timeout = OptionalInt.empty();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "path" -> path = text(value);
                case "args" -> args = texts(value);
                case "env" -> env = texts(value);
                case "timeout" -> timeout = OptionalInt.of((int) number(value));
                default -> parser.skipChildren();
            }
        }
        return new Hook(path, args, env, timeout);
    }

    private Map<String, String> map(JsonToken value) throws RecordException {
        expect(value, JsonToken.START_OBJECT);
        Map<String, String> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            map.put(key, text(parser.nextToken()));
        }
        return map;
    }

    private List<String> texts(JsonToken value) throws RecordException {
        expect(value, JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(parser.currentToken()));
        }
        return texts;
    }

    private String text(JsonToken value) throws RecordException {
        expect(value, JsonToken.VALUE_STRING);
        return parser.getString();
    }

    private long number(JsonToken value) throws RecordException {
        expect(value, JsonToken.VALUE_NUMBER_INT);
        return parser.getLongValue();
    }

    private static void expect(JsonToken found, JsonToken wanted) throws RecordException {
        if (found != wanted) {
            throw new RecordException("it is not laid out as a record", false);
        }
    }
}
