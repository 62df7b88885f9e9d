package dev.estiba.oci.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.estiba.oci.json.DocumentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The list of the specification's fields against the reader: every field of it is read, by its name in any case, with
 * its type and range, and refused where it lacks. everything.json has each of them.
 */
class SpecFieldsTest {
    private static final List<Field> FIELDS = Resource.text("spec-fields.txt")
            .lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .map(Field::parse)
            .toList();

    record Field(String path, String type, boolean isRequired) {
        static Field parse(String line) {
            String[] words = line.split(" ");
            return new Field(words[0], words[1], words.length > 2 && words[2].equals("required"));
        }
    }

    /** One place in everything.json that a field's path means, and the document around it, which may be changed. */
    private record Place(Object document, Map<String, Object> owner, String name, String path) {
        byte[] bytes() {
            return Json.write(document);
        }
    }

    @Test
    void theListIsTheExampleAndTheExampleIsTheList() {
        Set<String> listed = new HashSet<>();
        FIELDS.forEach(field -> listed.add(field.path()));
        Set<String> used = new HashSet<>();
        collect("", Json.parse(Resource.bytes("everything.json")), listed, used);

        assertThat(used).isEqualTo(listed);
        assertThat(FIELDS).hasSize(listed.size()).hasSize(224);
    }

    private static void collect(String path, Object value, Set<String> listed, Set<String> used) {
        if (value instanceof List<?> array) {
            array.forEach(element -> collect(path + "[]", element, listed, used));
        }
        if (!(value instanceof Map<?, ?> object)) {
            return;
        }
        boolean isSection = FIELDS.contains(new Field(path, "section", false));
        boolean isFree =
                FIELDS.contains(new Field(path, "map", false)) || FIELDS.contains(new Field(path, "texts", false));
        object.forEach((name, member) -> {
            if (isFree) {
                collect(path + "{}", member, listed, used);
            } else if (!isSection) {
                String child = path.isEmpty() ? (String) name : path + "." + name;
                used.add(child);
                collect(child, member, listed, used);
            }
        });
    }

    @Test
    void everyFieldChangesWhatIsRead() throws DocumentException {
        Object whole = read(Resource.bytes("everything.json"));
        everyPlace((field, place) -> {
            place.owner().remove(place.name());
            Object without = readOrFailure(place.bytes());
            if (field.isRequired()) {
                assertThat(((DocumentException) without).getMessage())
                        .startsWith(place.path() + ": missing, but required (line 1, column ");
            } else {
                assertThat(without).as(place.path()).isInstanceOf(Read.class).isNotEqualTo(whole);
            }
        });
    }

    @Test
    void nullIsAsGoodAsNothing() {
        everyPlace((field, place) -> {
            place.owner().put(place.name(), null);
            Object withNull = readOrFailure(place.bytes());
            place.owner().remove(place.name());
            Object without = readOrFailure(place.bytes());
            if (field.isRequired()) {
                assertThat(((DocumentException) withNull).problem()).isEqualTo("missing, but required");
            } else {
                assertThat(withNull).as(place.path()).isEqualTo(without);
            }
        });
    }

    @Test
    void aNameInAnotherCaseMeansTheField() throws DocumentException {
        Object whole = read(Resource.bytes("everything.json"));
        everyPlace((field, place) -> {
            if (!field.type().equals("section")) {
                rename(place, place.name().toUpperCase(Locale.ROOT));
                assertThat(readOrFailure(place.bytes())).as(place.path()).isEqualTo(whole);
            }
        });
    }

    @Test
    void anUnknownNameMeansNothing() {
        everyPlace((field, place) -> {
            Object whole = readOrFailure(place.bytes());
            place.owner().put("x-" + place.name(), new Json.Raw("[{\"a\":[1.5,null]},true]"));
            Object withUnknown = readOrFailure(place.bytes());
            if (place.path().indexOf('.') < 0) {
                Config config = ((Read) withUnknown).config();
                assertThat(config.otherSections()).contains("x-" + place.name());
            } else {
                assertThat(withUnknown).as(place.path()).isEqualTo(whole);
            }
        });
    }

    @Test
    void anotherTypeIsRefusedByName() {
        everyPlace((field, place) -> {
            String expected = switch (field.type()) {
                case "object", "map", "texts" -> "an object";
                case "objects", "strings", "uint32s", "words" -> "an array";
                case "string", "word" -> "a string";
                case "boolean" -> "true or false";
                case "section" -> "";
                default -> "an integer";
            };
            if (!expected.isEmpty()) {
                String wrong = expected.equals("a string") ? "true" : "\"5\"";
                place.owner().put(place.name(), new Json.Raw(wrong));
                String found = expected.equals("a string") ? "a boolean" : "a string";
                assertRefused(place, "", found + " where " + expected + " is expected");
            }
        });
    }

    @Test
    void elementsOfAnotherTypeAreRefusedByName() {
        everyPlace((field, place) -> {
            switch (field.type()) {
                case "objects" -> element(place, "[7]", "a number where an object is expected");
                case "strings", "words" -> element(place, "[null]", "null where a string is expected");
                case "uint32s" -> element(place, "[[]]", "an array where an integer is expected");
                case "map" -> key(place, "{\"k\":[]}", "an array where an object is expected");
                case "texts" -> key(place, "{\"k\":{}}", "an object where a string is expected");
                default -> {}
            }
        });
    }

    private static void element(Place place, String value, String problem) {
        place.owner().put(place.name(), new Json.Raw(value));
        assertRefused(place, "[0]", problem);
    }

    private static void key(Place place, String value, String problem) {
        place.owner().put(place.name(), new Json.Raw(value));
        assertRefused(place, ".k", problem);
    }

    @Test
    void integersEndWhereTheirTypeEnds() {
        everyPlace((field, place) -> {
            switch (field.type()) {
                case "int32" -> range(place, "-2147483648", "2147483647", "-2147483649", "2147483648");
                case "int64" ->
                    range(
                            place,
                            "-9223372036854775808",
                            "9223372036854775807",
                            "-9223372036854775809",
                            "9223372036854775808");
                case "uint16" -> range(place, "0", "65535", "-1", "65536");
                case "uint32" -> range(place, "0", "4294967295", "-1", "4294967296");
                case "uint64" -> range(place, "0", "18446744073709551615", "-1", "18446744073709551616");
                case "umask" -> range(place, "0", "4095", "-1", "4096");
                case "index" -> range(place, "0", "5", "-1", "6");
                default -> {}
            }
        });
    }

    private static void range(Place place, String least, String most, String below, String above) {
        for (String inside : List.of(least, most)) {
            place.owner().put(place.name(), new Json.Raw(inside));
            assertThat(readOrFailure(place.bytes()))
                    .as("%s %s", place.path(), inside)
                    .isInstanceOf(Read.class);
        }
        place.owner().put(place.name(), new Json.Raw(below));
        assertRefused(place, "", below + " is below " + least);
        place.owner().put(place.name(), new Json.Raw(above));
        assertRefused(place, "", above + " is above " + most);
        for (String fraction : List.of("1.5", "1e3", "1.0")) {
            place.owner().put(place.name(), new Json.Raw(fraction));
            assertRefused(place, "", fraction + " is no integer");
        }
        String huge = "9".repeat(700);
        place.owner().put(place.name(), new Json.Raw(huge));
        assertRefused(place, "", huge.substring(0, 64) + "... is above " + most);
        place.owner().put(place.name(), new Json.Raw("-" + huge));
        assertRefused(place, "", "-" + huge.substring(0, 63) + "... is below " + least);
    }

    @Test
    void wordsThatTheSpecificationDoesNotHaveAreRefused() {
        everyPlace((field, place) -> {
            if (field.type().equals("word")) {
                place.owner().put(place.name(), "pId");
                assertThat(refusal(place).getMessage()).startsWith(place.path() + ": \"pId\" is none of ");
            } else if (field.type().equals("words")) {
                place.owner().put(place.name(), List.of("x\u001b[2J"));
                assertThat(refusal(place).getMessage()).startsWith(place.path() + "[0]: \"x?[2J\" is none of ");
            }
        });
    }

    @Test
    void aNulIsRefusedWhereverAStringMayBecomeACString() {
        everyPlace((field, place) -> {
            String nul = "a NUL character is not allowed here";
            boolean isForPrograms =
                    place.path().equals("annotations") || place.path().equals("linux.seccomp.listenerMetadata");
            if (isForPrograms) {
                return;
            }
            switch (field.type()) {
                case "string", "word" -> {
                    place.owner().put(place.name(), "a\0b");
                    assertRefused(place, "", nul);
                }
                case "strings", "words" -> {
                    place.owner().put(place.name(), new Json.Raw("[\"\\u0000\"]"));
                    assertRefused(place, "[0]", nul);
                }
                case "texts" -> key(place, "{\"k\":\"\\u0000\"}", nul);
                default -> {}
            }
        });
    }

    // The machinery

    private interface Check {
        void accept(Field field, Place place);
    }

    /** Calls with every place that every field has, each in a document of its own. */
    private static void everyPlace(Check check) {
        int places = 0;
        for (Field field : FIELDS) {
            for (int i = 0; ; i++) {
                Object document = Json.parse(Resource.bytes("everything.json"));
                List<Place> found = new ArrayList<>();
                find(document, document, field.path(), "", found);
                if (i == found.size()) {
                    break;
                }
                check.accept(field, found.get(i));
                places++;
            }
        }
        assertThat(places).isGreaterThan(FIELDS.size());
    }

    @SuppressWarnings("unchecked")
    private static void find(Object document, Object value, String rest, String path, List<Place> found) {
        if (rest.startsWith("[].")) {
            List<Object> array = (List<Object>) value;
            for (int i = 0; i < array.size(); i++) {
                find(document, array.get(i), rest.substring(3), path + "[" + i + "]", found);
            }
            return;
        }
        Map<String, Object> object = (Map<String, Object>) value;
        if (rest.startsWith("{}.")) {
            object.forEach((key, member) -> find(document, member, rest.substring(3), path + "." + key, found));
            return;
        }
        int end = 0;
        while (end < rest.length() && Character.isLetterOrDigit(rest.charAt(end))) {
            end++;
        }
        String name = rest.substring(0, end);
        String child = path.isEmpty() ? name : path + "." + name;
        if (!object.containsKey(name)) {
            return;
        }
        if (end == rest.length()) {
            found.add(new Place(document, object, name, child));
        } else {
            String after = rest.substring(end);
            find(document, object.get(name), after.startsWith(".") ? after.substring(1) : after, child, found);
        }
    }

    private static void rename(Place place, String name) {
        Map<String, Object> copy = new LinkedHashMap<>(place.owner());
        place.owner().clear();
        copy.forEach((key, value) -> place.owner().put(key.equals(place.name()) ? name : key, value));
    }

    /** A configuration and what its seccomp profile says. */
    private record Read(Config config, Object seccomp) {
        /** The profile's bytes may differ where only a name's case was changed. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Read read
                    && withoutSource(config).equals(withoutSource(read.config))
                    && seccomp.equals(read.seccomp);
        }

        @Override
        public int hashCode() {
            return withoutSource(config).hashCode();
        }

        private static Config withoutSource(Config config) {
            if (config.linux().isEmpty()) {
                return config;
            }
            Linux linux = config.linux().get();
            SeccompSource same = SeccompSource.of(Everything.seccomp());
            return linux.seccomp().isEmpty()
                    ? config
                    : config.toBuilder()
                            .linux(linux.toBuilder().seccomp(same).build())
                            .build();
        }
    }

    private static Read read(byte[] document) throws DocumentException {
        Config config = ConfigReader.read(document);
        Object seccomp = "none";
        if (config.linux().isPresent() && config.linux().get().seccomp().isPresent()) {
            seccomp = config.linux().get().seccomp().get().parse();
        }
        return new Read(config, seccomp);
    }

    private static Object readOrFailure(byte[] document) {
        try {
            return read(document);
        } catch (DocumentException e) {
            return e;
        }
    }

    private static DocumentException refusal(Place place) {
        DocumentException refusal = catchThrowableOfType(DocumentException.class, () -> read(place.bytes()));
        assertThat(refusal).as(place.path()).isNotNull();
        return refusal;
    }

    private static void assertRefused(Place place, String below, String problem) {
        DocumentException refusal = refusal(place);
        assertThat(refusal.path()).isEqualTo(place.path() + below);
        assertThat(refusal.problem()).as(place.path()).isEqualTo(problem);
    }
}
