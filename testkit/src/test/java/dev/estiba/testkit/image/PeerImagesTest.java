package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images made by dockerd, podman (buildah), containerd and skopeo: pulled, run, and pushed back with the digest that they came with; and
 * ours in their hands. All are in the network namespace of the tests' containerd, where a docker-registry listens.
 */
@Tag("peer")
class PeerImagesTest {
    private static final String PORT = "127.0.0.1:5000";

    @TempDir
    Path place;

    private PeerRoom room;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "dockerd needs root");
        room = PeerRoom.open(place);
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

    /** Pulled, run, and pushed under another name: it is the same manifest there. */
    private void roundTrip(String name, String output) throws Exception {
        String digest = room.digest(PORT + "/" + name);
        room.ours("pull", "-q", PORT + "/" + name);
        assertThat(room.ours("run", "--rm", "--network", "none", PORT + "/" + name))
                .isEqualTo(output);
        String back = PORT + "/back/" + name;
        room.ours("tag", PORT + "/" + name, back);
        room.ours("push", "-q", back);
        assertThat(room.digest(back)).isEqualTo(digest);
        room.ours("rmi", back, PORT + "/" + name);
    }

    @Test
    void dockers() throws Exception {
        Path context = room.context("docker");
        String built = PORT + "/docker/built:1";
        room.docker("build", "-q", "-t", built, context.toString());
        assertThat(room.docker("run", "--rm", "--network", "none", built)).isEqualTo("cargo of docker\n");
        room.docker("push", "-q", built);
        roundTrip("docker/built:1", "cargo of docker\n");

        String container = room.docker("create", "--network", "none", built).strip();
        Path more = Files.writeString(place.resolve("more"), "cargo that was committed\n");
        room.docker("cp", more.toString(), container + ":/etc/port");
        room.docker("commit", container, PORT + "/docker/committed:1");
        room.docker("rm", container);
        room.docker("push", "-q", PORT + "/docker/committed:1");
        roundTrip("docker/committed:1", "cargo that was committed\n");

        Path theirs = place.resolve("theirs.tar");
        String id = room.docker("image", "inspect", "-f", "{{.Id}}", PORT + "/docker/committed:1")
                .strip();
        room.docker("save", "-o", theirs.toString(), built, PORT + "/docker/committed:1");
        room.ours("load", "-q", "-i", theirs.toString());
        assertThat(room.ours("run", "--rm", "--network", "none", built)).isEqualTo("cargo of docker\n");
        assertThat(room.ours("image", "inspect", "-f", "{{.Id}}", PORT + "/docker/committed:1"))
                .isEqualTo(id + "\n");
        Path ours = place.resolve("ours.tar");
        room.ours("save", "-o", ours.toString(), built, PORT + "/docker/committed:1");
        room.docker("rmi", "-f", built, PORT + "/docker/committed:1");
        assertThat(room.docker("load", "-q", "-i", ours.toString())).contains(built, "/docker/committed:1");
        assertThat(room.docker("image", "inspect", "-f", "{{.Id}}", PORT + "/docker/committed:1")
                        .strip())
                .isEqualTo(id);
        assertThat(room.docker("run", "--rm", "--network", "none", PORT + "/docker/committed:1"))
                .isEqualTo("cargo that was committed\n");
        // What we have pushed they pull.
        assertThat(room.docker("pull", "-q", PORT + "/back/docker/built:1")).contains("back/docker/built:1");
    }

    @Test
    void podmansAndSkopeos() throws Exception {
        Path context = room.context("podman");
        for (String format : List.of("oci", "docker")) {
            String local = "localhost/made:" + format;
            room.podman("build", "-q", "--format", format, "-t", local, context.toString());
            for (String packed : format.equals("oci") ? List.of("gzip", "zstd") : List.of("gzip")) {
                String name = "podman/" + format + "-" + packed + ":1";
                room.podman(
                        "push",
                        "-q",
                        "--tls-verify=false",
                        "--compression-format",
                        packed,
                        "--format",
                        format.equals("oci") ? "oci" : "v2s2",
                        local,
                        PORT + "/" + name);
                roundTrip(name, "cargo of podman\n");
            }
        }
        // A list of two, of which one is this machine's: of Docker's kind, and an index.
        room.podman("build", "-q", "--format", "docker", "--arch", "arm64", "-t", "localhost/arm", context.toString());
        for (String format : List.of("v2s2", "oci")) {
            room.podman("manifest", "create", "localhost/list-" + format);
            room.podman("manifest", "add", "localhost/list-" + format, "containers-storage:localhost/made:docker");
            room.podman("manifest", "add", "localhost/list-" + format, "containers-storage:localhost/arm");
            String name = "podman/list-" + format + ":1";
            room.podman(
                    "manifest",
                    "push",
                    "--all",
                    "--tls-verify=false",
                    "--format",
                    format,
                    "localhost/list-" + format,
                    "docker://" + PORT + "/" + name);
            String digest = room.digest(PORT + "/" + name);
            room.ours("pull", "-q", "--all-platforms", PORT + "/" + name);
            assertThat(room.ours("run", "--rm", "--network", "none", PORT + "/" + name))
                    .isEqualTo("cargo of podman\n");
            room.ours("tag", PORT + "/" + name, PORT + "/back/" + name);
            room.ours("push", "-q", PORT + "/back/" + name);
            assertThat(room.digest(PORT + "/back/" + name)).isEqualTo(digest);
        }
        // And what we have pushed, podman pulls and runs; skopeo copies all of it.
        room.podman("pull", "-q", "--tls-verify=false", PORT + "/back/podman/list-oci:1");
        Path copy = place.resolve("copy");
        room.skopeo(
                "copy",
                "-q",
                "--all",
                "--preserve-digests",
                "--src-tls-verify=false",
                "docker://" + PORT + "/back/podman/list-v2s2:1",
                "dir:" + copy);
        assertThat(copy.resolve("manifest.json")).exists();
    }

    @Test
    void containerds() throws Exception {
        Path archive = place.resolve("image.tar");
        Ended made = ImageRoom.program("sh", PeerRoom.repository() + "/testkit/peers/image", archive.toString());
        assertThat(made.status()).as(made.error()).isZero();
        room.ctr("images", "import", archive.toString());
        List<String> names = new ArrayList<>(List.of("ctr/plain:1"));
        room.ctr("images", "tag", "estiba.test/busybox:1", PORT + "/ctr/plain:1");
        room.ctr("images", "push", "--plain-http", PORT + "/ctr/plain:1");
        for (String name : names) {
            String digest = room.digest(PORT + "/" + name);
            room.ours("pull", "-q", PORT + "/" + name);
            assertThat(room.ours("run", "--rm", "--network", "none", PORT + "/" + name, "echo", "cargo"))
                    .isEqualTo("cargo\n");
            room.ours("tag", PORT + "/" + name, PORT + "/back/" + name);
            room.ours("push", "-q", PORT + "/back/" + name);
            assertThat(room.digest(PORT + "/back/" + name)).isEqualTo(digest);
            room.ctr("images", "pull", "--plain-http", PORT + "/back/" + name);
            room.ours("rmi", PORT + "/" + name, PORT + "/back/" + name);
        }
        // Its own archive of it is ours, and ours is its.
        Path theirs = place.resolve("theirs.tar");
        room.ctr("images", "export", theirs.toString(), PORT + "/ctr/plain:1");
        room.ours("load", "-q", "-i", theirs.toString());
        Path ours = place.resolve("ours.tar");
        room.ours("image", "cp", PORT + "/ctr/plain:1", "oci-archive:" + ours + ":" + PORT + "/ctr/again:1");
        assertThat(room.ctr("images", "import", "--base-name", PORT + "/ctr/again", ours.toString()))
                .contains("ctr/again");
        assertThat(CommandRoom.end(room.begin("rmi", PORT + "/ctr/plain:1")).status())
                .isZero();
    }
}
