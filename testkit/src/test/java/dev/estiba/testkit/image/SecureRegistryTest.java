package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code estiba registry serve} as in the world: TLS with an authority of its own, an address that is not this machine's loopback (which
 * clients trust more), and users; docker, containerd, podman, buildah and skopeo push to it and pull from it, and are refused.
 */
@Tag("peer")
class SecureRegistryTest {
    private static final String USERS = "somebody:$2b$04$z9zZnAiaxg6u4YaBk/2l2exuoFWkM8BTQrmPyAJYvWE8ounaiMlkW\n";
    private static final String PASSWORD = "a secret of the test";
    private static final String RIGHT = "somebody:" + PASSWORD;
    private static final String WRONG = "somebody:guessed";
    private static final String HOST = "10.94.7.1:5443";

    @TempDir
    Path place;

    private PeerRoom room;
    private Path authority;
    private Path certificate;
    private Path key;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "dockerd needs root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl (apt-get install openssl)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/buildah")), "no buildah (apt-get install buildah)");
        authority = Files.createDirectory(place.resolve("trusted"));
        certificate = authority.resolve("ca.crt");
        key = place.resolve("key.pem");
        openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=here -addext subjectAltName=IP:10.94.7.1 -keyout " + key
                + " -out " + certificate);
        room = PeerRoom.open(Files.createDirectory(place.resolve("d")), trusting());
        room.run(List.of("ip"), "address", "add", "10.94.7.1/32", "dev", "lo");
        Path hosts = Files.createDirectories(place.resolve("hosts").resolve(HOST));
        Files.writeString(
                hosts.resolve("hosts.toml"),
                "server = \"https://" + HOST + "\"\n[host.\"https://" + HOST + "\"]\n  ca = \"" + certificate + "\"\n");
    }

    /** dockerd looks in /etc/docker/certs.d: it sees an /etc of its own, on top of the machine's. */
    private List<String> trusting() throws Exception {
        Path etc = Files.createDirectory(place.resolve("etc"));
        String script = "mount -t tmpfs none " + etc + " && mkdir " + etc + "/upper " + etc + "/work"
                + " && mount -t overlay -o lowerdir=/etc,upperdir=" + etc + "/upper,workdir=" + etc + "/work none /etc"
                + " && mkdir -p /etc/docker/certs.d/" + HOST + " && cp " + certificate + " /etc/docker/certs.d/" + HOST
                + "/ca.crt && exec \"$@\"";
        return List.of("unshare", "--mount", "sh", "-c", script, "sh");
    }

    private static void openssl(String words) throws Exception {
        List<String> all = new ArrayList<>(List.of("openssl"));
        all.addAll(List.of(words.split(" ")));
        Ended ended = ImageRoom.program(all.toArray(String[]::new));
        assertThat(ended.status()).as(ended.error()).isZero();
    }

    @AfterEach
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @ParameterizedTest
    @ValueSource(strings = {"passwords", "tokens"})
    void whoMayPushesAndPulls(String by) throws Exception {
        Path users = Files.writeString(place.resolve("htpasswd"), USERS);
        List<String> serve = new ArrayList<>(List.of("registry", "serve", "--addr", HOST));
        serve.addAll(List.of("--tls-cert", certificate.toString(), "--tls-key", key.toString()));
        serve.addAll(List.of("--htpasswd", users.toString()));
        if (by.equals("tokens")) {
            serve.add("--token-auth");
        }
        Process server = room.begin(serve.toArray(String[]::new));
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("listening on https://" + HOST);
            dockers();
            skopeos();
            podmansAndBuildahs();
            containerds();
        } finally {
            server.destroy(); // SIGTERM
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.exitValue()).isZero();
    }

    private void refused(List<String> program, List<String> words, String reason) throws Exception {
        Ended ended = room.ended(program, words.toArray(String[]::new));
        assertThat(ended.status()).as("%s: %s", words, ended.output()).isNotZero();
        assertThat(ended.output() + ended.error()).as("%s", words).containsIgnoringCase(reason);
    }

    private void dockers() throws Exception {
        String name = HOST + "/docker/built:1";
        room.docker("build", "-q", "-t", name, room.context("docker").toString());
        refused(room.docker(), List.of("push", "-q", name), "auth");
        refused(room.docker(), List.of("login", "-u", "somebody", "-p", "guessed", HOST), "unauthorized");
        room.docker("login", "-u", "somebody", "-p", PASSWORD, HOST);
        room.docker("push", "-q", name);
        room.docker("rmi", name);
        room.docker("pull", "-q", name);
        assertThat(room.docker("run", "--rm", "--network", "none", name)).isEqualTo("cargo of docker\n");
        room.docker("logout", HOST);
        room.docker("rmi", name);
        refused(room.docker(), List.of("pull", "-q", name), "auth");
    }

    private void skopeos() throws Exception {
        String from = "docker://" + HOST + "/docker/built:1";
        String to = "docker://" + HOST + "/skopeo/copied:1";
        String trust = "--src-cert-dir=" + authority;
        refused(room.skopeo(), List.of("copy", "--src-creds=" + RIGHT, from, "dir:" + place.resolve("no")), "x509");
        refused(
                room.skopeo(),
                List.of("copy", trust, "--src-creds=" + WRONG, from, "dir:" + place.resolve("no")),
                "unauthorized");
        room.skopeo(
                "copy",
                "-q",
                "--preserve-digests",
                trust,
                "--src-creds=" + RIGHT,
                "--dest-cert-dir=" + authority,
                "--dest-creds=" + RIGHT,
                from,
                to);
        assertThat(digest("skopeo/copied:1")).isEqualTo(digest("docker/built:1"));
    }

    private String digest(String name) throws Exception {
        return room.skopeo(
                "inspect",
                "--cert-dir=" + authority,
                "--creds=" + RIGHT,
                "--format={{.Digest}}",
                "docker://" + HOST + "/" + name);
    }

    private void podmansAndBuildahs() throws Exception {
        String trust = "--cert-dir=" + authority;
        String name = HOST + "/skopeo/copied:1";
        refused(
                room.podman(),
                List.of("login", "-u", "somebody", "-p", "guessed", trust, HOST),
                "invalid username/password");
        refused(room.podman(), List.of("pull", "-q", trust, name), "unauthorized");
        room.podman("login", "-u", "somebody", "-p", PASSWORD, trust, HOST);
        room.podman("pull", "-q", trust, name);
        room.podman("push", "-q", trust, name, "docker://" + HOST + "/podman/pushed:1");
        room.run(room.buildah(), "pull", "-q", trust, HOST + "/podman/pushed:1");
        refused(
                room.buildah(),
                List.of("push", "-q", trust, "--creds", WRONG, name, "docker://" + HOST + "/buildah/pushed:1"),
                "unauthorized");
        room.run(room.buildah(), "push", "-q", trust, name, "docker://" + HOST + "/buildah/pushed:1");
        room.podman("logout", HOST);
        assertThat(digest("buildah/pushed:1")).isNotBlank();
    }

    private void containerds() throws Exception {
        String hosts = place.resolve("hosts").toString();
        String name = HOST + "/docker/built:1";
        String to = HOST + "/ctr/pushed:1";
        refused(room.ctr(), List.of("images", "pull", "--user", RIGHT, name), "x509");
        refused(room.ctr(), List.of("images", "pull", "--hosts-dir", hosts, "--user", WRONG, name), "401");
        room.ctr("images", "pull", "--hosts-dir", hosts, "--user", RIGHT, name);
        room.ctr("images", "tag", name, to);
        refused(room.ctr(), List.of("images", "push", "--hosts-dir", hosts, to), "auth");
        room.ctr("images", "push", "--hosts-dir", hosts, "--user", RIGHT, to);
        assertThat(digest("ctr/pushed:1")).isEqualTo(digest("docker/built:1"));
        // What they have pushed runs here, without a pull.
        Ended ran = CommandRoom.end(
                room.begin("run", "--rm", "--pull", "never", "--network", "none", HOST + "/buildah/pushed:1"));
        assertThat(ran.output()).as(ran.error()).isEqualTo("cargo of docker\n");
    }
}
