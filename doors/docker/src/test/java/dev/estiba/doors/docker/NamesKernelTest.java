package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names and ids are never paths: whatever stands where one belongs, a real engine refuses it, and no file comes, goes or changes.
 */
@Tag("kernel")
class NamesKernelTest {
    private static final List<String> PATHS = List.of(
            "..",
            ".",
            "../canary",
            "../../canary/secret",
            "/",
            "//",
            "a/../../canary",
            "a\0b",
            "canary\0",
            "%2e%2e%2fcanary",
            "a\nb",
            "a b",
            "-rf",
            "\u202e\u00e4\uD83D\uDC33",
            "~",
            "$(id)",
            "a:b",
            "a".repeat(256),
            "a".repeat(5000));

    @TempDir
    private Path directory;

    private DoorRoom room;
    private Path canary;

    @BeforeEach
    void open() throws Exception {
        Path place = Files.createDirectories(directory.resolve("room"));
        room = DoorRoom.open(place);
        canary = Files.createDirectories(place.resolve("canary"));
        Files.writeString(canary.resolve("secret"), "do not tell");
    }

    @AfterEach
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    /** Each file beneath the room, and what is in it. */
    private Map<String, String> files() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path each : walk.toList()) {
                all.put(
                        each.toString(),
                        Files.isRegularFile(each) ? Files.readString(each, StandardCharsets.ISO_8859_1) : "");
            }
        }
        return all;
    }

    private static String coded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String json(String name) {
        StringBuilder text = new StringBuilder("\"");
        name.chars().forEach(c -> text.append(String.format(Locale.ROOT, "\\u%04x", c)));
        return text.append('"').toString();
    }

    private static List<String> requests(String name) {
        String id = coded(name);
        List<String> all = new ArrayList<>();
        for (String target : List.of(
                "/containers/ID/json",
                "/containers/ID/logs?stdout=1",
                "/containers/ID/top",
                "/containers/ID/changes",
                "/containers/ID/export",
                "/containers/ID/stats?stream=false",
                "/containers/ID/archive?path=/",
                "/exec/ID/json",
                "/networks/ID",
                "/images/ID/json",
                "/images/ID/history",
                "/images/ID/get")) {
            all.add(RawClient.request("GET", target.replace("ID", id), "", ""));
        }
        for (String target : List.of(
                "/containers/ID/start",
                "/containers/ID/stop",
                "/containers/ID/restart",
                "/containers/ID/kill",
                "/containers/ID/pause",
                "/containers/ID/unpause",
                "/containers/ID/rename?name=other",
                "/containers/ID/wait",
                "/commit?container=ID")) {
            all.add(RawClient.request("POST", target.replace("ID", id), "", ""));
        }
        for (String target : List.of("/containers/ID?force=1&v=1", "/images/ID", "/networks/ID")) {
            all.add(RawClient.request("DELETE", target.replace("ID", id), "", ""));
        }
        all.add(RawClient.request("PUT", "/containers/" + id + "/archive?path=/", "", "x"));
        String type = "Content-Type: application/json\r\n";
        all.add(RawClient.request("POST", "/containers/create?name=" + id, type, "{\"Image\": \"hello\"}"));
        all.add(RawClient.request("POST", "/containers/create", type, "{\"Image\": " + json(name) + "}"));
        all.add(RawClient.request("POST", "/networks/create", type, "{\"Name\": " + json(name) + "}"));
        all.add(RawClient.request("POST", "/exec/" + id + "/start", type, "{\"Detach\": true}"));
        return all;
    }

    /** moby 4f84bcb (a checkpoint's id), CVE-2014-9356, CVE-2014-9358 and their kind. */
    @Test
    void namesAreNeverPaths() throws Exception {
        String hello = RawClient.request(
                "POST",
                "/containers/create?name=probe",
                "Content-Type: application/json\r\n",
                "{\"Image\": \"hello\", \"HostConfig\": {\"NetworkMode\": \"none\"}}");
        assertThat(RawClient.status(RawClient.ask(room.socket(), hello))).isEqualTo(201);
        Map<String, String> before = files();
        List<String> wrong = new ArrayList<>();
        for (String name : PATHS) {
            for (String request : requests(name)) {
                String answer = RawClient.ask(room.socket(), request);
                int status = RawClient.status(answer);
                // 301 goes to the path that Go's router has cleaned, as dockerd's.
                boolean isRefusal = status == 301 || (status >= 400 && status < 500) || status == 501;
                if (!isRefusal || answer.contains("do not tell")) {
                    wrong.add(
                            request.lines().findFirst().orElseThrow() + " -> " + status + " " + RawClient.body(answer));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(files()).isEqualTo(before);
    }
}
