package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can control the daemon: whoever may open its socket, which is root and a group, and no container. */
@Tag("kernel")
class ControlSocketKernelTest {
    @TempDir
    Path place;

    private interface Scene {
        void play(ProductRoom room) throws Exception;
    }

    private void inRoom(Scene scene) throws Exception {
        ProductRoom room = ProductRoom.withDaemon(place);
        try {
            scene.play(room);
            room.clear();
        } finally {
            room.abandon();
            room.close();
        }
    }

    private static String succeeds(Ended ended) {
        assertThat(ended.status()).as(ended.error()).isZero();
        return ended.output();
    }

    private static void run(ProductRoom room, String name, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--name", name));
        words.addAll(List.of(options));
        words.addAll(List.of(room.image(), "sleep", "1000"));
        room.know(succeeds(room.call(words.toArray(String[]::new))));
    }

    /** Sockets of all kinds that somebody could call, as the kernel lists them: none of these files has anything but its head. */
    private static final String LISTEN = "cd /proc/thread-self/net 2>/dev/null || cd /proc/net;"
            + " for each in tcp tcp6; do busybox awk '$4 == \"0A\" {print FILENAME, $2}' $each; done;"
            + " busybox awk 'NR > 1 && $8 ~ /^@/ {print \"unix\", $8}' unix";

    /**
     * CVE-2025-9074 (an Engine API on an address that containers reach), CVE-2020-15257 (an abstract socket in the host's network).
     * What does not listen is not reached, whatever a container sends, and a file that is not in its tree neither.
     */
    @Test
    void cve2025x9074_noContainerReachesTheDaemon() throws Exception {
        inRoom(room -> {
            succeeds(room.call("network", "create", "mine"));
            succeeds(room.call("network", "create", "--internal", "internal"));
            run(room, "default");
            run(room, "mine", "--network", "mine");
            run(room, "internal", "--network", "internal");
            run(room, "none", "--network", "none");
            run(room, "shares", "--network", "container:mine");
            run(room, "host", "--network", "host");
            for (String name : List.of("default", "mine", "internal", "none", "shares", "host")) {
                String seen = succeeds(room.call("exec", name, "sh", "-c", LISTEN));
                assertThat(seen.lines().filter(line -> !line.contains(" 0B00007F:")))
                        .as("what listens in the network of %s", name)
                        .isEmpty();
                Ended file = room.call(
                        "exec",
                        name,
                        "sh",
                        "-c",
                        "for each in /run/estiba /var/run/docker.sock; do [ ! -e $each ] || echo $each; done");
                assertThat(succeeds(file)).as("files in %s", name).isEmpty();
            }
            for (String name : List.of("mine", "internal")) {
                succeeds(room.call("rm", "-f", name.equals("mine") ? "shares" : "none"));
                succeeds(room.call("rm", "-f", name));
                succeeds(room.call("network", "rm", name));
            }
        });
    }

    /** CVE-2021-41091, CVE-2024-25621 (directories that others can look into), whatever mask its starter has. */
    @Test
    void cve2021x41091_nobodyElseLooksIntoItsDirectories() throws Exception {
        for (String mask : Boolean.getBoolean("estiba.long") ? List.of("000", "077") : List.of("000")) {
            Path own = Files.createDirectories(place.resolve(mask));
            ProductRoom room = ProductRoom.withDaemon(own);
            try {
                List<String> words = room.run(List.of("-d", "--name", "one"), "sleep", "1000");
                room.know(succeeds(
                        room.room().callFrom("umask " + mask + "; exec \"$@\"", words.toArray(String[]::new))));
                succeeds(room.call("network", "create", "mine"));
                Path run = room.room().root().resolve("run/estiba");
                Path data = room.room().root().resolve("var/lib/estiba");
                assertThat(mode(run.resolve("docker.sock"))).isEqualTo("rw-rw----");
                assertThat(mode(data.resolve("daemon.lock"))).isEqualTo("rw-------");
                assertThat(mode(data.resolve("containers"))).isEqualTo("rwx------");
                assertThat(mode(data.resolve("networks"))).isEqualTo("rwx------");
                assertThat(mode(run.resolve("engine/containers"))).isEqualTo("rwx------");
                Ended person = room.room()
                        .callFrom("exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '"
                                + "find /run/estiba /var/lib/estiba -mindepth 2 2>/dev/null;"
                                + " find /run/estiba /var/lib/estiba -type f -readable 2>/dev/null;"
                                + " find /run/estiba /var/lib/estiba ! -type l -writable 2>/dev/null'");
                assumeTrue(!person.error().contains("setpriv: not found"), "needs setpriv (util-linux)");
                assertThat(person.output())
                        .as("umask %s: what a stranger sees", mask)
                        .isEmpty();
                succeeds(room.call("network", "rm", "mine"));
                room.clear();
            } finally {
                room.abandon();
                room.close();
            }
        }
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
