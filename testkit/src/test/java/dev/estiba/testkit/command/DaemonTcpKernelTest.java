package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon on TCP, for Docker's own command with certificates. */
@Tag("peer")
class DaemonTcpKernelTest {
    private static final Pattern LISTENS = Pattern.compile("listening on tcp://127\\.0\\.0\\.1:([0-9]+)\n");

    @TempDir
    Path place;

    private ProductRoom room;
    private Process daemon;
    private Path log;
    private String port;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl (apt-get install openssl)");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/local/bin/docker")) || Files.isExecutable(Path.of("/usr/bin/docker")),
                "no docker command on this machine");
        room = ProductRoom.withDaemon(place);
        log = place.resolve("log");
        succeeds("ip link set lo up");
        authority("ours");
        authority("other");
        signed("ours", "server", "subjectAltName=IP:127.0.0.1");
        signed("ours", "client", "extendedKeyUsage=clientAuth");
        signed("other", "stranger", "extendedKeyUsage=clientAuth");
    }

    @AfterEach
    void close() throws Exception {
        if (daemon != null) {
            for (String id : room.call("ps", "-aq").output().lines().toList()) {
                room.call("rm", "-f", id);
            }
            daemon.destroy();
            assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        room.close();
    }

    private Ended succeeds(String script) throws Exception {
        Ended ended = room.room().callFrom("cd " + place + " && " + script);
        assertThat(ended.status()).as("%s: %s", script, ended.error()).isZero();
        return ended;
    }

    private void authority(String name) throws Exception {
        succeeds("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name
                + " -days 30 -keyout " + name + ".ca.key -out " + name + ".ca.pem");
    }

    private void signed(String by, String name, String extension) throws Exception {
        succeeds("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name + " -keyout "
                + name + ".key -out " + name + ".csr && echo " + extension + " >ext && openssl x509 -req -in " + name
                + ".csr -CA " + by + ".ca.pem -CAkey " + by + ".ca.key -CAcreateserial -days 30 -extfile ext -out "
                + name + ".pem");
    }

    private void start(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("daemon", "-H", "unix:///run/estiba/docker.sock"));
        all.addAll(Arrays.asList(words));
        daemon = room.room().begin("exec \"$@\" 2>" + log, all.toArray(String[]::new));
        CommandRoom.until("the daemon's readiness", () -> !daemon.isAlive() || said().contains("daemon: ready\n"));
        assertThat(daemon.isAlive()).as(said()).isTrue();
        Matcher listens = LISTENS.matcher(said());
        assertThat(listens.find()).as(said()).isTrue();
        port = listens.group(1);
    }

    private void start() throws Exception {
        start(
                "-H",
                "tcp://127.0.0.1:0",
                "--tlsverify",
                "--tlscacert",
                file("ours.ca.pem"),
                "--tlscert",
                file("server.pem"),
                "--tlskey",
                file("server.key"));
    }

    private String file(String name) {
        return place.resolve(name).toString();
    }

    private String said() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Beginning of a script: docker is a command with these flags. */
    private String as(String flags) {
        return "PATH=$PATH:/usr/local/bin; export DOCKER_CONFIG=" + file("config") + "; cd " + place
                + "; docker() { command docker -H tcp://127.0.0.1:" + port + " " + flags + " \"$@\"; }; ";
    }

    private String as(String authority, String who) {
        return as("--tlsverify --tlscacert " + file(authority + ".ca.pem") + " --tlscert " + file(who + ".pem")
                + " --tlskey " + file(who + ".key"));
    }

    private void imports() throws Exception {
        Ended ended = room.room().callFrom(as("ours", "client") + "tar -C image -c . | docker import - quay:1");
        assertThat(ended.status()).as(ended.error()).isZero();
    }

    private void says(String script, String output) throws Exception {
        assertThat(room.room().callFrom(as("ours", "client") + script)).isEqualTo(new Ended(0, output, ""));
    }

    /** Our own command, with these files: the authority that it trusts, and who it is. */
    private Ended ours(String authority, String who, String words) throws Exception {
        return room.room()
                .callFrom("export DOCKER_CONFIG=" + file("config") + "; exec \"$1\" -H tcp://127.0.0.1:" + port
                        + " --tlsverify --tlscacert " + file(authority + ".ca.pem") + " --tlscert " + file(who + ".pem")
                        + " --tlskey " + file(who + ".key") + " " + words);
    }

    @Test
    void ourOwnCommandAndDaemonKnowEachOtherByTheirCertificates() throws Exception {
        start();
        imports();
        assertThat(ours("ours", "client", "run --rm --network none quay:1 echo hi"))
                .isEqualTo(new Ended(0, "hi\n", ""));
        Ended piped = room.room()
                .callFrom("export DOCKER_CONFIG=" + file("config") + "; echo in | \"$1\" -H tcp://127.0.0.1:" + port
                        + " --tlsverify --tlscacert " + file("ours.ca.pem") + " --tlscert " + file("client.pem")
                        + " --tlskey " + file("client.key") + " run -i --rm --network none quay:1 cat");
        assertThat(piped).isEqualTo(new Ended(0, "in\n", ""));
        // The daemon does not know the command, and the command does not know the daemon.
        Ended stranger = ours("ours", "stranger", "ps");
        assertThat(stranger.status()).isEqualTo(1);
        // Or that the connection was reset, when the daemon has closed it before it has read all of the request.
        assertThat(stranger.error()).contains(" the daemon at tcp://127.0.0.1:" + port);
        Ended mistrust = ours("other", "client", "ps");
        assertThat(mistrust.status()).isEqualTo(1);
        assertThat(mistrust.error()).contains("Cannot connect to the daemon at tcp://127.0.0.1:" + port);
        assertThat(ours("ours", "client", "ps -q")).isEqualTo(new Ended(0, "", ""));
    }

    @Test
    void dockersCommandWithACertificateDoesEverything() throws Exception {
        start();
        imports();
        says("docker version -f '{{.Server.Os}}'", "linux\n");
        says("echo in and out | docker run -i --rm --network none quay:1 cat", "in and out\n");
        says("head -c 20000000 /dev/zero | docker run -i --rm --network none quay:1 busybox wc -c", "20000000\n");
        says("docker run --rm --network none quay:1 busybox head -c 20000000 /dev/zero | wc -c", "20000000\n");
        says("docker run -d --name stays --network none quay:1 sleep 1000 | wc -c", "65\n");
        says("echo more | docker exec -i stays sh -c 'cat; echo and more'", "more\nand more\n");
        says("echo cargo >file; docker cp -q file stays:/there && docker cp stays:/there - | tar -xO", "cargo\n");
        says("docker create -i --name waits --network none quay:1 cat | wc -c", "65\n");
        says("echo late | docker start -ai waits", "late\n");
        says("docker logs waits", "late\n");
        says("docker save quay:1 | tar -t | grep -c manifest.json", "1\n");
        Ended failed = room.room()
                .callFrom(as("ours", "client") + "docker run --rm --network none quay:1 sh -c 'echo e >&2; exit 7'");
        assertThat(failed).isEqualTo(new Ended(7, "", "e\n"));
    }

    /** A 400 of Go's servers and alerts of TLS, which Docker's command explains as it does those of dockerd. */
    @Test
    void whoIsRefusedIsToldWhy() throws Exception {
        start();
        Ended plain = room.room().callFrom(as("") + "docker ps");
        assertThat(plain.status()).isEqualTo(1);
        assertThat(plain.error()).contains("Client sent an HTTP request to an HTTPS server.");
        Ended nameless = room.room().callFrom(as("--tls --tlscacert " + file("ours.ca.pem")) + "docker ps");
        assertThat(nameless.status()).isEqualTo(1);
        assertThat(nameless.error()).contains("remote error: tls: certificate required");
        Ended stranger = room.room().callFrom(as("ours", "stranger") + "docker ps");
        assertThat(stranger.status()).isEqualTo(1);
        assertThat(stranger.error()).contains("remote error: tls: certificate required");
        Ended elsewhere = room.room().callFrom(as("other", "client") + "docker ps");
        assertThat(elsewhere.error()).contains("certificate signed by unknown authority");
    }

    @Test
    void certificatesAreReadAgain() throws Exception {
        start();
        Files.writeString(place.resolve("server.key"), "nothing");
        CommandRoom.signal(daemon.toHandle(), "HUP");
        CommandRoom.until(
                "the complaint",
                () -> said().contains("the settings stay as they are: " + file("server.key") + " has no private key"));
        says("docker version -f '{{.Server.Os}}'", "linux\n");
        signed("ours", "server", "subjectAltName=IP:127.0.0.1");
        Files.copy(place.resolve("ours.ca.pem"), place.resolve("first.ca.pem")); // the daemon's own is as it was
        Files.copy(place.resolve("other.ca.pem"), place.resolve("ours.ca.pem"), StandardCopyOption.REPLACE_EXISTING);
        CommandRoom.signal(daemon.toHandle(), "HUP");
        CommandRoom.until("the reload", () -> said().contains("daemon: reloaded "));
        Ended before = room.room().callFrom(as("first", "client") + "docker ps");
        assertThat(before.status()).isEqualTo(1);
        Ended now = room.room().callFrom(as("first", "stranger") + "docker ps -q");
        assertThat(now).isEqualTo(new Ended(0, "", ""));
    }

    /** CVE-2025-9074: no container calls the daemon. */
    @Test
    void containersDoNotReachItAtLoopback() throws Exception {
        start();
        imports();
        succeeds("exec 3<>/dev/tcp/127.0.0.1/" + port); // it can be reached
        // A port that is published at 127.0.0.1 makes the kernel route loopback's addresses on the bridge.
        says("docker run -d -p 127.0.0.1:4000:4000 --name stays quay:1 sleep 1000 | wc -c", "65\n");
        Ended tried = room.room()
                .callFrom(as("ours", "client")
                        + "docker exec stays sh -c 'for to in 127.0.0.1 $(busybox ip route | busybox sed -n"
                        + " \"s/default via \\([0-9.]*\\).*/\\1/p\"); do echo $to; busybox nc -w 5 $to " + port
                        + " </dev/null && echo reached; done; true'");
        assertThat(tried.output()).startsWith("127.0.0.1\n").doesNotContain("reached");
        assertThat(tried.output().lines()).hasSize(2);
    }

    @Test
    void itsFileSaysTheSameAndNothingLessIsTaken() throws Exception {
        Path settings = place.resolve("daemon.json");
        String files = "\"tlscacert\": \"" + file("ours.ca.pem") + "\", \"tlscert\": \"" + file("server.pem")
                + "\", \"tlskey\": \"" + file("server.key") + "\"";
        refused(settings, "{\"hosts\": [\"tcp://127.0.0.1:2375\"]}", "TCP is only opened with TLS and clients'");
        refused(settings, "{\"hosts\": [\"tcp://127.0.0.1:1\"], \"tls\": true}", "tls without tlsverify asks nobody");
        refused(
                settings,
                "{\"hosts\": [\"tcp://127.0.0.1:1\"], \"tls\": true, \"tlsverify\": false, " + files + "}",
                "tls without tlsverify asks nobody");
        refused(settings, "{" + files + "}", "tlscacert, tlscert, tlskey: only with tlsverify");
        refused(
                settings,
                "{\"tlsverify\": true}",
                "tlsverify wants tlscacert, tlscert and tlskey: tlscacert is not said");
        refused(
                settings,
                "{\"hosts\": [\"tcp://ship:2376\"], \"tlsverify\": true, " + files + "}",
                "must be tcp://IP:PORT");
        Files.writeString(settings, "{\"tlsverify\": true, " + files + "}");
        start("-H", "tcp://:0", "--config-file", settings.toString());
        says("docker version -f '{{.Server.Os}}'", "linux\n");
    }

    private void refused(Path settings, String document, String sentence) throws Exception {
        Files.writeString(settings, document);
        Ended ended = room.call("daemon", "--validate", "--config-file", settings.toString());
        assertThat(ended.error()).as(document).contains(sentence);
        assertThat(ended.status()).isEqualTo(1);
    }
}
