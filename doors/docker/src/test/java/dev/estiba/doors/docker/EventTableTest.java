package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docker's calls about images are told as, call after call, as {@code events.txt} has it: by the door, and by dockerd. */
@Timeout(300)
@Tag("kernel")
@Tag("peer")
class EventTableTest {
    private static final String FILTERS = "&filters=%7B%22type%22%3A%5B%22image%22%2C%22container%22%5D%7D";
    private static final Pattern EVENT = Pattern.compile(
            "\"Type\":\"([^\"]*)\",\"Action\":\"([^\"]*)\",\"Actor\":\\{\"ID\":\"([^\"]*)\",\"Attributes\":\\{([^}]*)}},"
                    + "\"scope\":\"local\",\"time\":[0-9]+,\"timeNano\":([0-9]+)}");
    private static final Pattern ID = Pattern.compile("\\{id:(.*)}");

    @TempDir
    private Path directory;

    private record Row(String call, List<String> events) {}

    @Test
    void theDoorTellsWhatTheTableSays() throws Exception {
        DoorRoom.docker();
        try (DoorRoom room = DoorRoom.staying(directory);
                PeerRegistry registry = PeerRegistry.start(directory, Optional.empty())) {
            check(room.client(), registry.host(), "ours ");
        }
    }

    @Test
    void dockerdTellsWhatTheTableSays() throws Exception {
        try (Dockerd dockerd = Dockerd.start();
                PeerRegistry registry = PeerRegistry.start(directory, Optional.of(dockerd.networkHolder()))) {
            check(new DockerClient(dockerd.socket(), directory), registry.host(), "dockerd ");
        }
    }

    private void check(DockerClient docker, String registry, String whose) throws Exception {
        Path rootfs = DoorRoom.rootfs(directory);
        String pack = "tar -C " + rootfs + " -cf " + directory.resolve("rootfs.tar") + " .";
        assertThat(new ProcessBuilder("sh", "-c", pack).start().waitFor()).isZero();
        long[] last = {0};
        StringBuilder differences = new StringBuilder();
        for (Row row : rows(whose)) {
            String line = row.call().replace("{registry}", registry).replace("{dir}", directory.toString());
            Matcher id = ID.matcher(line);
            if (id.find()) {
                String is = docker.run("image", "inspect", "-f", "{{.Id}}", id.group(1))
                        .out();
                line = line.replace(id.group(), is.strip());
            }
            DoorRoom.Ended ended = docker.run(CommandTable.words(line).toArray(String[]::new));
            assertThat(ended.status() == 0 || line.endsWith("false"))
                    .as(line + ": " + ended.err())
                    .isTrue();
            List<String> told = told(docker, last, row.events().size(), registry);
            if (!told.equals(row.events())) {
                differences.append(row.call()).append("\n  is\n");
                told.forEach(each -> differences.append("    ").append(each).append('\n'));
                differences.append("  not\n");
                row.events()
                        .forEach(each -> differences.append("    ").append(each).append('\n'));
            }
        }
        assertThat(differences.toString()).isEmpty();
    }

    /** What has come since the last call: as many as are expected, or all within a while. */
    private static List<String> told(DockerClient docker, long[] last, int expected, String registry) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            List<String> told = new ArrayList<>();
            long newest = last[0];
            Instant now = Instant.now();
            String until = String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano());
            String answer = RawClient.ask(
                    docker.socket(), RawClient.request("GET", "/events?since=1&until=" + until + FILTERS, "", ""));
            Matcher event = EVENT.matcher(answer);
            while (event.find()) {
                long time = Long.parseLong(event.group(5));
                if (time > last[0]) {
                    newest = Math.max(newest, time);
                    String attributes = event.group(4).replaceAll("\"([^\"]*)\":\"([^\"]*)\",?", " $1=$2");
                    told.add(
                            shown(event.group(1) + " " + event.group(2) + " " + event.group(3) + attributes, registry));
                }
            }
            if (told.size() >= expected || System.nanoTime() > end) {
                last[0] = newest;
                return told;
            }
        }
    }

    private static String shown(String line, String registry) {
        return line.replace(registry, "{registry}")
                .replaceAll("sha256:[0-9a-f]{64}", "sha256:*")
                .replaceAll("[0-9a-f]{64}", "*")
                .replaceAll("(reclaimed|execDuration)=[0-9]+", "$1=*");
    }

    private static List<Row> rows(String whose) throws IOException {
        String text;
        try (InputStream in = EventTableTest.class.getResourceAsStream("events.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Row> rows = new ArrayList<>();
        for (String line : text.split("\n")) {
            String field = line.strip();
            if (field.isEmpty() || field.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("  ")) {
                rows.add(new Row(field, new ArrayList<>()));
            } else if (field.startsWith("ours ") || field.startsWith("dockerd ")) {
                if (field.startsWith(whose)) {
                    rows.getLast().events().add(field.substring(whose.length()));
                }
            } else {
                rows.getLast().events().add(field);
            }
        }
        return rows;
    }
}
