package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's own command by way of ssh: {@code -H ssh://}, and what that runs on the other side, {@code system dial-stdio}. */
@Tag("peer")
class DaemonSshKernelTest {
    private static final String PORT = "2222";

    @TempDir
    Path place;

    private ProductRoom room;
    private Process sshd;

    /** A server of OpenSSH in the room, with keys, a configuration and a database of users of its own. */
    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "no sshd (apt-get install openssh-server)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "no ssh (apt-get install openssh-client)");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/local/bin/docker")) || Files.isExecutable(Path.of("/usr/bin/docker")),
                "no docker command on this machine");
        room = ProductRoom.withDaemon(place);
        succeeds("""
                ip link set lo up
                ssh-keygen -q -t ed25519 -N '' -f host.key
                ssh-keygen -q -t ed25519 -N '' -f user.key
                echo "[127.0.0.1]:%1$s $(cat host.key.pub)" >known
                printf 'root:x:0:0::%2$s:/bin/bash\\nsshd:x:103:65534::/run/sshd:/usr/sbin/nologin\\n' >passwd
                printf 'root:*:20000:0:99999:7:::\\n' >shadow
                mount --bind passwd /etc/passwd
                mount --bind shadow /etc/shadow
                mkdir -p /run/sshd bin
                cat >sshd.conf <<END
                ListenAddress 127.0.0.1:%1$s
                HostKey %2$s/host.key
                AuthorizedKeysFile %2$s/user.key.pub
                StrictModes no
                UsePAM no
                PidFile none
                PasswordAuthentication no
                PermitRootLogin prohibit-password
                SetEnv PATH=/usr/local/bin:/usr/bin:/bin DOCKER_HOST=unix:///run/estiba/docker.sock
                END
                printf '#!/bin/sh\\nexec /usr/bin/ssh -F none -o UserKnownHostsFile=%2$s/known -i %2$s/user.key "$@"\\n' >bin/ssh
                chmod +x bin/ssh
                """.formatted(PORT, place));
        sshd = room.room()
                .begin("exec /usr/sbin/sshd -D -e -f " + place.resolve("sshd.conf") + " 2>"
                        + place.resolve("sshd.log"));
        Ended first = room.ran(List.of("--rm"), "true"); // the daemon is there
        assertThat(first.status()).as(first.error()).isZero();
    }

    @AfterEach
    void close() throws Exception {
        if (sshd != null) {
            for (String id : room.call("ps", "-aq").output().lines().toList()) {
                room.call("rm", "-f", id);
            }
            sshd.destroy();
            assertThat(sshd.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        room.close();
    }

    private void succeeds(String script) throws Exception {
        Ended ended = room.room().callFrom("set -e\ncd " + place + "\n" + script);
        assertThat(ended.status()).as("%s: %s", script, ended.error()).isZero();
    }

    /** @param script in which docker is a command that calls by ssh */
    private void says(String script, String output) throws Exception {
        Ended ended = room.room()
                .callFrom("PATH=" + place.resolve("bin") + ":$PATH:/usr/local/bin; cd " + place
                        + "; export DOCKER_CONFIG=" + place.resolve("config")
                        + "; docker() { command docker -H ssh://root@127.0.0.1:"
                        + PORT + " \"$@\"; }; " + script);
        assertThat(ended).as(() -> log()).isEqualTo(new Ended(0, output, ""));
    }

    private String log() {
        try {
            return Files.readString(place.resolve("sshd.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void dockersCommandCallsBySsh() throws Exception {
        says("docker version -f '{{.Server.Os}}'", "linux\n");
        says("tar -C image -c . | docker import - quay:1 | wc -c", "72\n");
        says("echo in and out | docker run -i --rm --network none quay:1 cat", "in and out\n");
        says("docker run -d --name stays --network none quay:1 sleep 1000 | wc -c", "65\n");
        says("echo more | docker exec -i stays sh -c 'cat; echo and more'", "more\nand more\n");
        says("head -c 5000000 /dev/zero | docker exec -i stays busybox wc -c", "5000000\n");
        says("echo cargo >file; docker cp -q file stays:/there && docker cp stays:/there - | tar -xO", "cargo\n");
    }

    /** What runs on the other side: the bytes of one connection, until the daemon ends it. */
    @Test
    void dialStdioIsAConnection() throws Exception {
        Ended ended = room.room()
                .callFrom("PATH=$PATH:/usr/local/bin; export DOCKER_HOST=unix:///run/estiba/docker.sock\n"
                        + "coproc docker system dial-stdio\n"
                        + "printf 'GET /_ping HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n' >&${COPROC[1]}\n"
                        + "cat <&${COPROC[0]}");
        assertThat(ended.status()).as(ended.error()).isZero();
        assertThat(ended.output()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nOK");
    }
}
