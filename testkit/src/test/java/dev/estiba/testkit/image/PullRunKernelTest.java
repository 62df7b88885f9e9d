package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Platform;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built command and a real registry: images are pulled, run, kept and removed. */
@Tag("kernel")
class PullRunKernelTest {
    @TempDir
    Path place;

    private ImageRoom room;
    private MadeImage image;
    private String name;

    @BeforeEach
    void open() throws Exception {
        room = ImageRoom.open(place);
        image = MadeImage.of(List.of(room.busybox(), room.file("etc/port", "Bilbao\n")), "cat", "/etc/port");
        room.registry().push(image, "fleet/ship:1");
        name = room.registry().name("fleet/ship:1");
    }

    @AfterEach
    void close() throws Exception {
        if (room != null) {
            try {
                room.product().clear();
            } finally {
                room.close();
            }
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @Test
    void runPullsWhatIsNotHere() throws Exception {
        Ended first = room.call("run", "--rm", "--network", "none", name);
        assertThat(first.output()).isEqualTo("Bilbao\n");
        assertThat(first.error())
                .startsWith("Unable to find image '" + name + "' locally\n1: Pulling from fleet/ship\n")
                .contains(
                        ": Pull complete\n",
                        "Digest: " + image.root().descriptor().digest() + "\n")
                .endsWith("Status: Downloaded newer image for " + name + "\n");
        Ended second = room.call("run", "--rm", "--network", "none", name, "env");
        assertThat(second.error()).isEmpty();
        assertThat(second.output()).contains("FROM=image\n");
        assertThat(room.said("pull", name))
                .contains("Status: Image is up to date for " + name + "\n")
                .doesNotContain("Pulling fs layer");
        assertThat(room.said("rmi", name).lines())
                .startsWith("Untagged: " + name)
                .contains("Deleted: " + image.id());
        assertThat(room.stored()).isEmpty();
    }

    @Test
    void whatIsPulledIsListedAndDescribed() throws Exception {
        room.said("pull", "-q", name);
        String id = image.id().shortened();
        assertThat(room.said("images", "--format", "{{.Repository}} {{.Tag}} {{.ID}}"))
                .isEqualTo(room.registry().name("fleet/ship") + " 1 " + id + "\n");
        assertThat(room.said("image", "inspect", "-f", "{{.Id}} {{.Os}}/{{.Architecture}} {{.Config.Cmd}}", id))
                .isEqualTo(image.id() + " linux/amd64 [cat /etc/port]\n");
        assertThat(room.said("history", "--format", "{{.CreatedBy}} {{.Size}}", name)
                        .lines())
                .hasSize(2)
                .first()
                .asString()
                .endsWith(" 7B");
        room.said("tag", name, "ship:old");
        assertThat(room.said("images", "-q")).isEqualTo(id + "\n" + id + "\n");
        assertThat(room.said("images", "--filter", "reference=ship", "-q")).isEqualTo(id + "\n");
        assertThat(room.said("rmi", name)).doesNotContain("Deleted");
        assertThat(room.ran("ship:old")).isEqualTo("Bilbao\n");
        assertThat(room.said("rmi", "ship:old")).contains("Deleted: " + image.id());
        assertThat(room.stored()).isEmpty();
    }

    @Test
    void whatIsNowhereIsSaidToBe() throws Exception {
        String none = room.registry().name("fleet/none:1");
        Ended ended = room.call("run", "--rm", none);
        assertThat(ended.status()).isEqualTo(125);
        assertThat(ended.error()).contains("Unable to find image").contains("not found");
        assertThat(room.call("pull", none).status()).isEqualTo(1);
        assertThat(room.call("images", "-q").output()).isEmpty();
        Ended never = room.call("run", "--pull", "never", "--rm", name);
        assertThat(never.status()).isEqualTo(125);
        assertThat(never.error()).contains("No such image: " + name);
        assertThat(room.said("ps", "-aq")).isEmpty();
    }

    @Test
    void anImageStaysForItsContainers() throws Exception {
        room.said("pull", "-q", name);
        String id = room.said("create", "--network", "none", name, "cat", "/etc/port")
                .strip();
        room.product().know(id);
        Ended refused = room.call("rmi", name);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.error())
                .contains("conflict: unable to remove repository reference \"" + name + "\" (must force) - container "
                        + id.substring(0, 12) + " is using its referenced image");
        assertThat(room.said("rmi", "-f", name)).contains("Untagged: " + name).doesNotContain("Deleted");
        assertThat(room.said("images", "-q")).isEmpty();
        Ended started = room.call("start", "-a", id);
        assertThat(started.output()).isEqualTo("Bilbao\n");
        room.said("rm", id);
        room.said("image", "prune", "-f");
        assertThat(room.stored()).isEmpty();
    }

    @Test
    void anotherPlatformIsSaidToBeOne() throws Exception {
        MadeImage arm = MadeImage.of(Platform.of("linux", "arm64"), List.of(room.busybox()), "true");
        room.registry().push(arm, "fleet/arm:1");
        String other = room.registry().name("fleet/arm:1");
        room.said("pull", "-q", other);
        Ended created = room.call("create", "--network", "none", other);
        assertThat(created.error())
                .contains("The requested image's platform (linux/arm64) does not match the detected host platform");
        room.product().know(created.output());
        assertThat(room.call("run", "--explain", "--platform", "linux/arm64", "--network", "none", other)
                        .output())
                .contains("execve");
        assertThat(room.call("run", "--explain", "--platform", "linux/amd64", "--network", "none", other)
                        .error())
                .contains("does not provide the specified platform (linux/amd64)");
        Ended wanted = room.call("run", "--pull", "never", "--platform", "linux/amd64", "--rm", other);
        assertThat(wanted.status()).isEqualTo(125);
        assertThat(wanted.error()).contains("does not provide the specified platform (linux/amd64)");
        assertThat(wanted.error()).contains("linux/arm64");
    }

    @Test
    void archivesGoOutAndIn() throws Exception {
        room.said("pull", "-q", name);
        Path archive = place.resolve("saved.tar");
        room.said("save", "-o", archive.toString(), name);
        room.said("rmi", name);
        assertThat(room.stored()).isEmpty();
        assertThat(room.said("load", "-q", "-i", archive.toString())).isEqualTo("Loaded image: " + name + "\n");
        assertThat(room.ran(name)).isEqualTo("Bilbao\n");
        room.said("image", "cp", name, "oci:" + place.resolve("layout") + ":x");
        assertThat(room.said("image", "cp", "oci:" + place.resolve("layout") + ":x", "again:1"))
                .contains("sha256:");
        assertThat(room.ran("again:1")).isEqualTo("Bilbao\n");
        Path files = place.resolve("files.tar");
        Ended tar = ImageRoom.program("tar", "-C", room.busybox().toString(), "-cf", files.toString(), ".");
        assertThat(tar.status()).isZero();
        String id = room.said("import", "-c", "CMD [\"echo\", \"imported\"]", files.toString(), "made:1")
                .strip();
        assertThat(id).startsWith("sha256:");
        assertThat(room.ran("made:1")).isEqualTo("imported\n");
        room.said("image", "prune", "-af");
        assertThat(room.stored()).isEmpty();
    }

    @Test
    void whatIsPushedIsWhatWasPulled() throws Exception {
        room.said("pull", "-q", name);
        String other = room.registry().name("other/ship:2");
        room.said("tag", name, other);
        Ended pushed = room.call("push", other);
        assertThat(pushed.status()).as(pushed.error()).isZero();
        assertThat(pushed.output())
                .startsWith("The push refers to repository [" + room.registry().name("other/ship") + "]\n")
                .contains("2: digest: " + image.root().descriptor().digest() + " size: ");
        room.said("rmi", "-f", image.id().shortened());
        assertThat(room.ran(other)).isEqualTo("Bilbao\n");
        Ended absent = room.call("push", room.registry().name("nobody/here:1"));
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.error()).contains("An image does not exist locally with the tag: ");
    }

    @Test
    void aNewerImageTakesTheName() throws Exception {
        room.said("pull", "-q", name);
        MadeImage newer = MadeImage.of(List.of(room.busybox(), room.file("etc/port", "Lisboa\n")), "cat", "/etc/port");
        room.registry().push(newer, "fleet/ship:1");
        assertThat(room.ran(name)).isEqualTo("Bilbao\n");
        Ended always = room.call("run", "--pull", "always", "-q", "--rm", "--network", "none", name);
        assertThat(always.output()).isEqualTo("Lisboa\n");
        assertThat(room.said("images", "--filter", "dangling=true", "-q"))
                .isEqualTo(image.id().shortened() + "\n");
        assertThat(room.said("image", "prune", "-f"))
                .contains("deleted: " + image.id())
                .contains("Total reclaimed space: ");
        assertThat(room.ran(name)).isEqualTo("Lisboa\n");
        assertThat(Files.exists(room.store())).isTrue();
    }

    @Test
    void aProgramOfAnotherMachineIsForeseenAndExplained() throws Exception {
        Path foreign = room.file("bin/foreign", "");
        byte[] header = new byte[64];
        byte[] beginning = {0x7f, 'E', 'L', 'F', 2, 1, 1};
        System.arraycopy(beginning, 0, header, 0, beginning.length);
        header[18] = (byte) 0xf3; // riscv64: elf(5)
        Files.write(foreign.resolve("bin/foreign"), header);
        Files.setAttribute(foreign.resolve("bin/foreign"), "unix:mode", 0100755);
        MadeImage riscv =
                MadeImage.of(Platform.of("linux", "riscv64"), List.of(room.busybox(), foreign), "/bin/foreign");
        room.registry().push(riscv, "fleet/riscv:1");
        String other = room.registry().name("fleet/riscv:1");
        room.said("pull", "-q", "--platform", "linux/riscv64", other);
        Ended ended = room.call("run", "--rm", "--network", "none", "--platform", "linux/riscv64", other);
        assertThat(ended.status()).isEqualTo(126);
        assertThat(ended.error())
                .contains(
                        "WARNING: the image's programs are for linux/riscv64, and would end with \"exec format error\"")
                .contains("exec format error: the image is for linux/riscv64, and this machine runs linux/amd64");
        room.registry().push(MadeImage.of(List.of(room.busybox(), foreign), "/bin/foreign"), "fleet/odd:1");
        Ended odd =
                room.call("run", "--rm", "--network", "none", room.registry().name("fleet/odd:1"));
        assertThat(odd.status()).isEqualTo(126);
        assertThat(odd.error())
                .contains("exec format error: the file is neither a program for linux/amd64 nor a script")
                .doesNotContain("WARNING");
    }

    @Test
    void whatTheImageSaysOfDirectoriesAndVolumesHolds() throws Exception {
        Path lower = room.file("var/spool/box/letter", "dear");
        Files.setAttribute(lower.resolve("var/spool"), "unix:gid", 8);
        Files.setAttribute(lower.resolve("var/spool"), "unix:mode", 042775);
        Files.setAttribute(lower.resolve("var/spool/box"), "unix:uid", 1000);
        Path upper = room.file("var/spool/box/bill", "owed");
        MadeImage made =
                MadeImage.of(Set.of("/var/spool/box"), List.of(room.busybox(), lower), upper, "var/spool/box/bill");
        room.registry().push(made, "fleet/post:1");
        String post = room.registry().name("fleet/post:1");
        String look = "busybox stat -c '%u:%g %a' /var/spool /var/spool/box; cat /var/spool/box/*";
        String seen = "0:8 2775\n1000:0 755\nowed" + "dear";
        assertThat(room.ran(post, "sh", "-c", look)).isEqualTo(seen);
        for (List<String> way : List.of(List.of("--userns", "auto"), List.of("--snapshotter", "native"))) {
            List<String> words = new ArrayList<>(List.of("run", "--rm", "--network", "none"));
            words.addAll(way);
            words.addAll(List.of(post, "sh", "-c", look));
            assertThat(room.said(words.toArray(String[]::new))).isEqualTo(seen);
        }
        String id = room.said("create", "--network", "none", post).strip();
        room.product().know(id);
        assertThat(room.said("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Destination}}{{end}}", id))
                .isEqualTo("volume /var/spool/box\n");
    }
}
