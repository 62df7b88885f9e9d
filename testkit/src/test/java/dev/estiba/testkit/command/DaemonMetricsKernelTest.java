package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code metrics-addr}: what is counted is what has happened, and a collector can read it. */
@Tag("kernel")
class DaemonMetricsKernelTest {
    private static final Pattern AT = Pattern.compile("metrics at http://127\\.0\\.0\\.1:([0-9]+)/metrics\n");

    /** Of the text format 0.0.4. */
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\"(?:,[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\")*})? ([-+0-9.E]+)");

    @TempDir
    Path place;

    private ProductRoom room;
    private Process daemon;
    private String port;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
        assertThat(room.room().callFrom("ip link set lo up").status()).isZero();
        Path settings = Files.writeString(place.resolve("daemon.json"), "{\"metrics-addr\": \":0\"}");
        daemon = room.room()
                .begin(
                        "exec \"$@\" 2>" + place.resolve("log"),
                        "daemon",
                        "-H",
                        "unix:///run/estiba/docker.sock",
                        "--config-file",
                        settings.toString());
        CommandRoom.until("the daemon's readiness", () -> !daemon.isAlive() || said().contains("daemon: ready\n"));
        Matcher at = AT.matcher(said());
        assertThat(at.find()).as(said()).isTrue();
        port = at.group(1);
    }

    @AfterEach
    void close() throws Exception {
        for (String id : room.call("ps", "-aq").output().lines().toList()) {
            room.call("rm", "-f", id);
        }
        daemon.destroy();
        assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        room.close();
    }

    private String said() {
        try {
            Path log = place.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String get(String target) throws Exception {
        return room.room()
                .callFrom("exec 3<>/dev/tcp/127.0.0.1/" + port + "; printf 'GET " + target
                        + " HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' >&3; cat <&3")
                .output();
    }

    /** Every sample of it, after a look at the form of each line. */
    private Map<String, Double> read() throws Exception {
        String answer = get("/metrics");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n");
        Map<String, Double> all = new HashMap<>();
        Set<String> families = new HashSet<>();
        for (String line :
                answer.substring(answer.indexOf("\r\n\r\n") + 4).lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                assertThat(families.add(line.split(" ")[2])).as(line).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                String family = sample.group(1).replaceAll("_(bucket|sum|count)$", "");
                assertThat(families).as(line).containsAnyOf(family, sample.group(1));
                String name = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
                assertThat(all.put(name, Double.valueOf(sample.group(3))))
                        .as(line)
                        .isNull();
            }
        }
        return all;
    }

    @Test
    void tellsWhatHasHappened() throws Exception {
        Map<String, Double> before = read();
        assertThat(before)
                .containsEntry("engine_daemon_container_states_containers{state=\"running\"}", 0.0)
                .containsKeys(
                        "engine_daemon_events_total",
                        "engine_daemon_events_subscribers_total",
                        "engine_daemon_health_checks_total",
                        "engine_daemon_health_checks_failed_total",
                        "engine_daemon_engine_cpus_cpus",
                        "engine_daemon_engine_memory_bytes",
                        "estiba_store_blob_bytes",
                        "process_resident_memory_bytes",
                        "process_threads");
        assertThat(before.get("process_open_fds")).isPositive();
        String running = room.detached(List.of(), "sleep", "1000");
        assertThat(room.ran(List.of("--rm"), "false").status()).isEqualTo(1);
        assertThat(room.call("start", "nobody").status()).isEqualTo(1);
        Map<String, Double> after = read();
        assertThat(after)
                .containsEntry("engine_daemon_container_states_containers{state=\"running\"}", 1.0)
                .containsEntry("engine_daemon_container_states_containers{state=\"paused\"}", 0.0)
                .containsEntry("engine_daemon_container_actions_seconds_count{action=\"create\"}", 2.0)
                .containsEntry("engine_daemon_container_actions_seconds_count{action=\"start\"}", 2.0)
                .containsEntry("engine_daemon_container_actions_seconds_bucket{action=\"start\",le=\"+Inf\"}", 2.0)
                .containsEntry("estiba_api_requests_total{operation=\"startContainer\",end=\"done\"}", 2.0)
                .containsEntry("estiba_api_requests_total{operation=\"startContainer\",end=\"refused\"}", 1.0);
        assertThat(after.get("engine_daemon_container_actions_seconds_sum{action=\"start\"}"))
                .isPositive();
        CommandRoom.until("that events are counted", () -> {
            try {
                return read().get("engine_daemon_events_total") >= before.get("engine_daemon_events_total") + 6;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        // What is measured tells whose it is of nobody.
        assertThat(get("/metrics")).doesNotContain(running).doesNotContain(place.toString());
    }

    @Test
    void countsHealthChecks() throws Exception {
        room.detached(List.of("--health-cmd", "false", "--health-interval", "100ms"), "sleep", "1000");
        CommandRoom.until("three checks that fail", () -> {
            try {
                Map<String, Double> now = read();
                return now.get("engine_daemon_health_checks_failed_total") >= 3
                        && now.get("engine_daemon_health_checks_total")
                                >= now.get("engine_daemon_health_checks_failed_total");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void answersNothingElse() throws Exception {
        assertThat(get("/")).startsWith("HTTP/1.1 404 Not Found\r\n");
        assertThat(get("/containers/json")).startsWith("HTTP/1.1 404 Not Found\r\n");
        assertThat(get("/" + "x".repeat(20_000))).startsWith("HTTP/1.1 400 Bad Request\r\n");
        Ended refused =
                room.call("daemon", "--validate", "--metrics-addr", "127.0.0.1:1", "--config-file", "/dev/null");
        assertThat(refused.status()).as(refused.error()).isZero();
        Ended wrong = room.call("daemon", "--validate", "--metrics-addr", "ship:9323", "--config-file", "/dev/null");
        assertThat(wrong.error()).contains("invalid metrics-addr ship:9323: must be IP:PORT");
        assertThat(wrong.status()).isEqualTo(1);
    }
}
