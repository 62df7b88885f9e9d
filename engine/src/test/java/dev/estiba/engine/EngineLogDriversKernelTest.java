package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.LogConfig;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.engine.log.LogSockets;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that are handed on to somebody else's: this host's journal and syslog, for which sockets of the test's own stand. */
@Tag("kernel")
class EngineLogDriversKernelTest {
    private static final Pattern LINE = Pattern.compile("line ([0-9]+)\\b");

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private EngineRoom room;
    private final List<Receiver> receivers = new ArrayList<>();

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
        receivers.forEach(Receiver::close);
    }

    /** A socket that takes datagrams, and what has come. */
    private static final class Receiver implements AutoCloseable {
        private final Path path;
        private final UnixSocket socket;
        private final List<String> messages = new CopyOnWriteArrayList<>();

        Receiver(Path path) throws IOException {
            this.path = path;
            socket = UnixSocket.bind(UnixSocket.Kind.DATAGRAMS, path.toString());
            Thread.ofPlatform().daemon(true).start(() -> {
                try {
                    while (true) {
                        byte[] bytes = socket.receive(1 << 16).bytes();
                        if (bytes.length == 0) {
                            return;
                        }
                        messages.add(new String(bytes, StandardCharsets.UTF_8));
                    }
                } catch (IOException e) {
                    return; // closed
                }
            });
        }

        List<Integer> lines() {
            List<Integer> lines = new ArrayList<>();
            for (String message : messages) {
                Matcher matcher = LINE.matcher(message);
                if (matcher.find()) {
                    lines.add(Integer.parseInt(matcher.group(1)));
                }
            }
            return lines;
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(path);
                socket.shutdown();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private Receiver receiver(String name) throws IOException {
        Receiver receiver = new Receiver(directory.resolve(name));
        receivers.add(receiver);
        return receiver;
    }

    /** An engine that stays; each has its own socket, so that one sees who has handed on what. */
    private Engine daemon(String socket) throws IOException {
        Path path = directory.resolve(socket);
        Engine engine = Engine.open(room.paths(), Optional.empty(), new LogSockets(path, List.of(path)));
        engine.restore();
        return engine;
    }

    private CreateRequest request(String driver, Map<String, String> options, String... command) {
        return room.request(
                config -> config.labels(Map.of("deck", "upper", "rum", "none")).env(List.of("HARBOUR=x y")),
                host -> host.logConfig(new LogConfig(driver, options)),
                command);
    }

    private static String started(Engine engine, CreateRequest request) throws IOException {
        String id = engine.createContainer(Optional.of("crate"), request).id();
        engine.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    @Test
    void theJournalHasEachLineWithItsFields() throws Exception {
        Receiver journal = receiver("journal");
        Engine daemon = daemon("journal");
        String id = started(
                daemon,
                request(
                        "journald",
                        Map.of("labels", "deck", "env", "HARBOUR", "tag", "{{.Name}}!"),
                        "sh",
                        "-c",
                        "echo line 1; echo line 2 >&2; printf 'line 3'"));
        EngineRoom.until(() -> journal.messages.size() == 3);
        String first = journal.messages.stream()
                .filter(each -> each.contains("line 1"))
                .findFirst()
                .orElseThrow();
        assertThat(first.lines())
                .contains(
                        "MESSAGE=line 1",
                        "PRIORITY=6",
                        "CONTAINER_ID=" + id.substring(0, 12),
                        "CONTAINER_ID_FULL=" + id,
                        "CONTAINER_NAME=crate",
                        "CONTAINER_TAG=crate!",
                        "SYSLOG_IDENTIFIER=crate!",
                        "DECK=upper",
                        "HARBOUR=x y")
                .noneMatch(line -> line.startsWith("RUM"));
        assertThat(journal.messages).anyMatch(each -> each.contains("MESSAGE=line 2\nPRIORITY=3\n"));
        assertThat(journal.messages)
                .anyMatch(each -> each.contains("MESSAGE=line 3\n") && each.contains("CONTAINER_PARTIAL_MESSAGE=true"));
        assertThat(room.logs(id, false))
                .contains("line 1\n")
                .contains("line 2\n")
                .contains("line 3");
    }

    @Test
    void detailsAreInFrontOfEachLine() throws Exception {
        String id = room.started(request(
                "json-file",
                Map.of("labels-regex", "^d", "env", "HARBOUR,NONE", "tag", "{{.Name}}"),
                "echo",
                "line 1"));
        room.await(id);
        StringBuilder said = new StringBuilder();
        for (boolean timestamps : List.of(false, true)) {
            room.engine.containerLogs(
                    id,
                    new LogsOptions(
                            true,
                            true,
                            false,
                            timestamps,
                            true,
                            Optional.empty(),
                            Optional.empty(),
                            OptionalLong.empty()),
                    (_, bytes) -> said.append(new String(bytes, StandardCharsets.UTF_8)));
        }
        String name = room.engine.inspectContainer(id).name().substring(1);
        String details = "HARBOUR=x+y,deck=upper,tag=" + name + " line 1\n";
        assertThat(said.toString()).startsWith(details).endsWith("Z " + details);
    }

    @Test
    void syslogHasEachLine() throws Exception {
        Receiver syslog = receiver("syslog");
        Engine daemon = daemon("syslog");
        started(
                daemon,
                request(
                        "syslog",
                        Map.of("tag", "{{.Name}}", "syslog-facility", "local1", "syslog-format", "rfc5424"),
                        "sh",
                        "-c",
                        "echo line 1; echo line 2 >&2"));
        EngineRoom.until(() -> syslog.messages.size() == 2);
        assertThat(syslog.messages)
                .anyMatch(each -> each.matches("<142>1 [0-9TZ:+-]+ \\S+ crate [0-9]+ crate - line 1\n"))
                .anyMatch(each -> each.matches("<139>1 [0-9TZ:+-]+ \\S+ crate [0-9]+ crate - line 2\n"));
    }

    @Test
    void theNextEngineGoesOnWhereTheFirstHasGotTo() throws Exception {
        Receiver first = receiver("one");
        Receiver second = receiver("two");
        String id = started(
                daemon("one"),
                request(
                        "journald",
                        Map.of("cache-max-size", "4k", "cache-max-file", "50"),
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo line $i; sleep 0.01; done"));
        EngineRoom.until(() -> first.lines().size() >= 50);
        // As if the first one had been killed: nobody takes what it sends any more.
        first.close();
        int before = first.lines().size();
        Thread.sleep(500); // lines come meanwhile, and the log is rotated
        daemon("two");
        room.await(id);
        EngineRoom.until(() -> second.lines().contains(300));
        TreeSet<Integer> all = new TreeSet<>(first.lines());
        all.addAll(second.lines());
        assertThat(all).hasSize(300);
        assertThat(second.lines()).isSorted();
        assertThat(second.lines().getFirst()).isGreaterThan(before / 2);
    }

    @Test
    void whatComesWhileNobodyListensIsHandedOnLater() throws Exception {
        Receiver gone = receiver("journal");
        Engine daemon = daemon("journal");
        String id = started(daemon, request("journald", Map.of(), "sh", "-c", "echo line 1; sleep 1; echo line 2"));
        EngineRoom.until(() -> gone.lines().contains(1));
        gone.close();
        room.await(id);
        Receiver back = receiver("journal");
        EngineRoom.until(() -> back.lines().contains(2));
    }

    @Test
    void theEndOfWhatGoesWithItsEndIsHandedOn() throws Exception {
        Receiver journal = receiver("journal");
        Engine daemon = daemon("journal");
        CreateRequest request = room.request(
                UnaryOperator.identity(),
                host -> host.autoRemove(true).logConfig(new LogConfig("journald", Map.of())),
                "sh",
                "-c",
                "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i; done");
        started(daemon, request);
        EngineRoom.until(() -> journal.lines().size() >= 1000);
        assertThat(journal.lines()).hasSize(1000).isSorted();
    }

    @Test
    void whereThereIsNoJournalNothingIsStarted() throws Exception {
        Engine daemon = daemon("nosuch");
        String id = daemon.createContainer(Optional.empty(), request("journald", Map.of(), "true"))
                .id();
        assertThatThrownBy(() -> daemon.startContainer(id, StartOptions.DEFAULT))
                .hasMessageEndingWith("journald is not enabled on this host");
        assertThat(room.status(id)).isEqualTo("created");
        assertThatThrownBy(() -> room.create(request("syslog", Map.of(), "true")))
                .isInstanceOf(ApiException.class)
                .hasMessage("the log driver syslog needs the daemon");
    }

    @Test
    void ofOneThatIsRemovedNobodyLooksAnyMore() throws Exception {
        receiver("journal");
        Engine daemon = daemon("journal");
        String id = started(daemon, request("journald", Map.of(), "sleep", "1000"));
        daemon.removeContainer(id, new RemoveOptions(true, false, false));
        assertThat(Files.exists(room.paths().dataRoot().resolve("containers").resolve(id)))
                .isFalse();
    }
}
