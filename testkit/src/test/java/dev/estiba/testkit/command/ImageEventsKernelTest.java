package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands do to images beside the daemon, in its events. */
@Tag("kernel")
class ImageEventsKernelTest {
    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private void succeeds(String... words) throws Exception {
        Ended ended = room.call(words);
        assertThat(ended.status()).as(ended.error()).isZero();
    }

    private List<String> events() throws Exception {
        String format = "{{.Type}} {{.Action}} {{json .Actor.Attributes}}";
        Ended ended = room.call("events", "--since", "1h", "--until", "0s", "--format", format);
        assertThat(ended.status()).as(ended.error()).isZero();
        return ended.output().lines().toList();
    }

    @Test
    void areAmongTheRestInTheirOrderAndAfterAKill() throws Exception {
        succeeds("ps");
        Ended imported =
                room.room().callFrom("tar -C " + place.resolve("image") + " -c . | \"$@\"", "import", "-", "a:1");
        assertThat(imported.status()).as(imported.error()).isZero();
        String id = imported.output().strip();
        succeeds("volume", "create", "between");
        succeeds("tag", "a:1", "b:2");
        succeeds("volume", "rm", "between");
        List<String> before = List.of(
                "image tag {\"name\":\"a:1\"}",
                "image import {\"name\":\"" + id + "\"}",
                "volume create {\"driver\":\"local\"}",
                "image tag {\"name\":\"b:2\"}",
                "volume destroy {\"driver\":\"local\"}");
        assertThat(events()).isEqualTo(before);
        ProcessHandle daemon = ProcessHandle.of(
                        Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                                .strip()))
                .orElseThrow();
        CommandRoom.signal(daemon, "KILL");
        daemon.onExit().get(60, TimeUnit.SECONDS);
        succeeds("rmi", "b:2");
        succeeds("ps");
        succeeds("rmi", "a:1");
        String named = " {\"name\":\"" + id + "\"}";
        List<String> after = List.of("image untag" + named, "image untag" + named, "image delete" + named);
        assertThat(events())
                .hasSize(8)
                .startsWith(before.toArray(String[]::new))
                .endsWith(after.toArray(String[]::new));
    }
}
