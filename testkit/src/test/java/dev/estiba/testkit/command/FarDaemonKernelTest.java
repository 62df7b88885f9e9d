package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is spoken to as if it were somebody else's: by another name of its socket, by a context, through ssh. */
@Tag("kernel")
class FarDaemonKernelTest {
    private static final String FAR = "unix:///run/estiba/far.sock";

    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ProductRoom.withDaemon(place);
        room.detached(List.of("--name", "ship"), "sh", "-c", "echo ahoy; exec sleep 300");
        Files.createSymbolicLink(room.room().root().resolve("run/estiba/far.sock"), Path.of("docker.sock"));
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private Ended far(String... words) throws Exception {
        return room.call(Stream.concat(Stream.of("-H", FAR), Stream.of(words)).toArray(String[]::new));
    }

    private static void is(Ended call, String output) {
        assertThat(call.error()).isEmpty();
        assertThat(call.output()).isEqualTo(output);
        assertThat(call.status()).isZero();
    }

    @Test
    void allIsAskedOverTheApi() throws Exception {
        is(far("ps", "--format", "{{.Names}} {{.State}}"), "ship running\n");
        is(far("exec", "ship", "echo", "hello"), "hello\n");
        is(far("logs", "ship"), "ahoy\n");
        is(far("inspect", "-f", "{{.State.Status}}", "ship"), "running\n");
        is(far("exec", "ship", "touch", "/made"), "");
        is(far("diff", "ship"), "A /made\n");
        Path taken = Files.createDirectory(place.resolve("taken"));
        assertThat(far("cp", "ship:/made", taken.toString()).status()).isZero();
        assertThat(taken.resolve("made")).isEmptyFile();
        Path given = Files.writeString(place.resolve("given"), "cargo");
        assertThat(far("cp", given.toString(), "ship:/cargo").status()).isZero();
        is(far("exec", "ship", "cat", "/cargo"), "cargo");
        assertThat(far("cp", "--parents", "ship:/bin/sh", taken.toString()).status())
                .isZero();
        assertThat(taken.resolve("bin/sh")).existsNoFollowLinks();
        Ended why = far("why", "ship");
        assertThat(why.status()).isNotZero();
        assertThat(why.error()).startsWith("estiba: ");
    }

    @Test
    void throughSshAndByAContext() throws Exception {
        Path bin = Files.createDirectory(place.resolve("ssh-bin"));
        Path ssh = Files.writeString(bin.resolve("ssh"), """
                #!/bin/sh
                # Over there nobody has chosen anything; and nobody goes on from there.
                [ -z "$OVER_THERE" ] || exit 9
                export OVER_THERE=yes
                unset DOCKER_CONFIG DOCKER_CONTEXT
                for last; do :; done
                echo "$*" >> %s/asked
                exec sh -c "$last"
                """.formatted(place));
        assertThat(ssh.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(bin.resolve("estiba"), Path.of(room.room().command()));
        String script = "export PATH=" + bin + ":$PATH DOCKER_CONFIG=" + place.resolve("config") + "; exec \"$@\"";
        List<Ended> calls = new ArrayList<>();
        for (List<String> words : List.of(
                List.of("-H", "ssh://sailor@harbour:2222", "ps", "--format", "{{.Names}}"),
                List.of("context", "create", "--docker", "host=ssh://sailor@harbour", "harbour"),
                List.of("--context", "harbour", "exec", "ship", "echo", "hello"),
                List.of("context", "use", "harbour"),
                List.of("logs", "ship"),
                List.of("context", "use", "default"),
                List.of("context", "rm", "harbour"))) {
            Ended call = room.room().callFrom(script, words.toArray(String[]::new));
            assertThat(call.status()).as("%s: %s", words, call.error()).isZero();
            calls.add(call);
        }
        assertThat(calls.stream().map(Ended::output))
                .containsExactly("ship\n", "harbour\n", "hello\n", "harbour\n", "ahoy\n", "default\n", "harbour\n");
        assertThat(Files.readString(place.resolve("asked")))
                .startsWith("-o ConnectTimeout=30 -T -l sailor -p 2222 -- harbour sh -c ");
    }
}
