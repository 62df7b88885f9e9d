package dev.estiba.doors.docker;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Requests that are right in some of their parts, by {@code schema.txt}: values of other types, extreme numbers, words that nobody knows,
 * deep and long ones, NULs, wrong kinds of content. Whoever would be spoken to by an operation is nobody: 127.0.0.1:1.
 */
final class SchemaNonsense {
    private static final String NOBODY = "127.0.0.1:1/a";
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "1e400",
            "1.5",
            "1e3",
            "-0",
            "4294967296",
            "00",
            "1000000000");
    private static final List<String> TYPES = List.of(
            "application/json",
            "text/plain",
            "",
            "application/json; charset=utf-16",
            "APPLICATION/JSON",
            "x",
            "application/x-tar");

    private final Random random;
    private final Path directory;
    private final List<Endpoint> endpoints = new ArrayList<>();

    /** Names of what is there. */
    private final Map<String, List<String>> there;

    private record Leaf(String path, String type) {}

    private record Endpoint(String method, String path, List<Leaf> query, List<Leaf> body) {}

    /** @param directory beneath which all paths of the host are */
    SchemaNonsense(Random random, Path directory, Map<String, List<String>> there) throws IOException {
        this.random = random;
        this.directory = directory;
        this.there = there;
        String text;
        try (InputStream in = SchemaNonsense.class.getResourceAsStream("schema.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String line : text.split("\n")) {
            String[] words = line.strip().split(" ", 3);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("  ")) {
                endpoints.add(new Endpoint(words[0], words[1], new ArrayList<>(), new ArrayList<>()));
            } else if (words[0].equals("query")) {
                endpoints.getLast().query().add(new Leaf(words[1], words[2]));
            } else if (words[0].equals("body")) {
                endpoints.getLast().body().add(new Leaf(words[1], words[2]));
            }
        }
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** The connection's last. */
    String request() {
        Endpoint endpoint = one(endpoints);
        StringBuilder target = new StringBuilder(one(List.of("", "/v1.51", "/v1.24", "/v1.40", "/v1.47")));
        target.append(endpoint.path()
                .replace("{id}", name(endpoint.path().split("/")[1]))
                .replace(
                        "{name}",
                        isAsked(endpoint) ? NOBODY : name(endpoint.path().split("/")[1])));
        char separator = '?';
        for (Leaf leaf : endpoint.query()) {
            if (isAsked(endpoint) && leaf.path().equals("fromImage")) {
                target.append(separator).append("fromImage=").append(NOBODY);
                separator = '&';
            } else if (random.nextInt(3) == 0 && !leaf.path().equals("fromSrc")) {
                String value = text(leaf);
                target.append(separator)
                        .append(leaf.path())
                        .append('=')
                        .append(
                                random.nextInt(10) == 0
                                        ? value.replace(" ", "")
                                                .replace("\n", "")
                                                .replace("\r", "")
                                        : URLEncoder.encode(value, StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        String body = body(endpoint);
        StringBuilder headers = new StringBuilder("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n");
        if (random.nextInt(8) != 0) {
            String type = random.nextInt(8) == 0 ? one(TYPES) : "application/json";
            headers.append("Content-Type: ").append(type).append("\r\n");
        }
        if (random.nextInt(12) == 0) {
            headers.append("X-Registry-Auth: ").append(one(List.of("e30=", "x", "bnVsbA==", "W10=", "=")));
            headers.append("\r\n");
        }
        return endpoint.method() + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n"
                + body;
    }

    /** Whether it would speak to a registry. */
    private static boolean isAsked(Endpoint endpoint) {
        return endpoint.path().endsWith("/push")
                || endpoint.path().startsWith("/distribution")
                || endpoint.path().equals("/images/create");
    }

    private String name(String kind) {
        List<String> known = there.getOrDefault(kind, List.of("nosuch"));
        return random.nextInt(4) == 0
                ? one(List.of("nosuch", "%2e%2e", "a%2fb", "%00", "%ff", "sha256:00", "0", "x".repeat(2000), "%25"))
                : one(known);
    }

    private String text(Leaf leaf) {
        String value = value(leaf, 0).toString();
        return value.startsWith("\"") && value.endsWith("\"") && value.length() > 1
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private String body(Endpoint endpoint) {
        if (endpoint.body().isEmpty()) {
            return random.nextInt(6) == 0 ? one(List.of("{}", "null", "\0", "x".repeat(5000))) : "";
        }
        if (random.nextInt(12) == 0) {
            return one(List.of(
                    "",
                    "null",
                    "[]",
                    "5",
                    "\"\"",
                    "{",
                    "{}{}",
                    "{\"a\":".repeat(3000),
                    "[".repeat(20_000),
                    "\ufeff{}",
                    "{\"Image\":\"bb:1\",}"));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        int density = 2 + random.nextInt(60);
        for (Leaf leaf : endpoint.body()) {
            if (random.nextInt(density) == 0) {
                put(tree, leaf.path(), value(leaf, 0));
            }
        }
        if (endpoint.path().equals("/containers/create") && random.nextInt(8) != 0) {
            tree.put("Image", "\"bb:1\"");
        }
        if (endpoint.path().equals("/auth")) {
            tree.put("serveraddress", "\"127.0.0.1:1\"");
        }
        if (tree.containsKey("Cmd") || endpoint.path().equals("/containers/create")) {
            tree.putIfAbsent("Cmd", "[\"true\"]");
        }
        return write(tree);
    }

    @SuppressWarnings("unchecked")
    private void put(Map<String, Object> tree, String path, Object value) {
        String[] names = path.split("\\.");
        Map<String, Object> at = tree;
        for (int i = 0; i < names.length; i++) {
            String name = names[i].equals("*") ? one(List.of("a", "80/tcp", "", "/x", "none")) : names[i];
            boolean isLast = i == names.length - 1;
            int lists = 0;
            while (name.endsWith("[]")) {
                name = name.substring(0, name.length() - 2);
                lists++;
            }
            if (isLast) {
                at.put(name, "[".repeat(lists) + value + "]".repeat(lists));
                return;
            }
            Object next = at.computeIfAbsent(name + "\0" + lists, _ -> new LinkedHashMap<String, Object>());
            at = (Map<String, Object>) next;
        }
    }

    @SuppressWarnings("unchecked")
    private static String write(Map<String, Object> tree) {
        StringBuilder text = new StringBuilder("{");
        tree.forEach((name, value) -> {
            int mark = name.indexOf('\0');
            int lists = mark < 0 ? 0 : Integer.parseInt(name.substring(mark + 1));
            String written = value instanceof Map<?, ?> map ? write((Map<String, Object>) map) : value.toString();
            text.append(text.length() == 1 ? "" : ",")
                    .append('"')
                    .append(mark < 0 ? name : name.substring(0, mark))
                    .append("\":")
                    .append("[".repeat(lists))
                    .append(written)
                    .append("]".repeat(lists));
        });
        return text.append('}').toString();
    }

    /** JSON. */
    private Object value(Leaf leaf, int depth) {
        String type = leaf.type();
        if (random.nextInt(4) == 0) { // another one's
            type = one(List.of("string", "integer", "boolean", "object", "array", "null"));
        }
        if (type.indexOf(':') > 0 && random.nextInt(3) != 0) {
            return "\"" + one(List.of(type.substring(type.indexOf(':') + 1).split("\\|"))) + "\"";
        }
        return switch (type.split(":")[0]) {
            case "integer", "number" -> one(NUMBERS);
            case "boolean" -> one(List.of("true", "false"));
            case "null" -> "null";
            case "array" -> depth > 2 ? "[]" : "[" + value(new Leaf("", "any"), depth + 1) + "]";
            case "object" -> depth > 2 ? "{}" : "{\"a\":" + value(new Leaf("", "any"), depth + 1) + "}";
            default -> "\"" + string() + "\"";
        };
    }

    private String string() {
        String path = directory.toString();
        return one(List.of(
                "",
                "a",
                "bb:1",
                "c1",
                "none",
                "host",
                "container:c1",
                "bridge",
                "x".repeat(300),
                "x".repeat(70_000),
                "\\u0000",
                "\\ud800",
                "é",
                "../..",
                path + "/made:/a",
                path + "/made",
                "v1:/a:ro",
                "1h",
                "-1s",
                "{\\\"a\\\":[\\\"b\\\"]}",
                "80/tcp",
                "65536/udp",
                "10.0.0.1",
                "::1",
                "10.99.0.0/24",
                "0",
                "-1",
                "99999999999999999999",
                "%s%n",
                "a=b",
                "=",
                "/",
                "\\n",
                "SIGTERM",
                "root:x",
                "4294967295",
                "sh",
                "true",
                "k=v",
                "0-1000000",
                "unless-stopped",
                "json-file"));
    }
}
