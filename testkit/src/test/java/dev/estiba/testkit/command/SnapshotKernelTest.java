package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a container of the command's gets its image's files, and whose they are. */
@Tag("kernel")
class SnapshotKernelTest {
    private static final String DRIVER = "{{.GraphDriver.Name}}: {{.GraphDriver.Data.Reason}}";

    @TempDir
    Path place;

    private ProductRoom room;

    @BeforeEach
    void open() throws IOException {
        room = ProductRoom.open(place);
    }

    @AfterEach
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.clear();
            room.close();
        }
    }

    private String said(List<String> options, String... command) throws Exception {
        Ended ended = room.ran(options, command);
        assertThat(ended.error()).isEmpty();
        assertThat(ended.status()).isZero();
        return ended.output().strip().replaceAll("\\s+", " ");
    }

    @Test
    void usersCanBeOthersOnTheHost() throws Exception {
        assertThat(said(
                        List.of("--rm", "--uidmap", "0:3000000:1000"),
                        "cat",
                        "/proc/self/uid_map",
                        "/proc/self/gid_map"))
                .isEqualTo("0 3000000 1000 0 3000000 1000");
        assertThat(said(List.of("--rm", "--userns", "auto:size=500"), "cat", "/proc/self/uid_map"))
                .matches("0 [0-9]+ 500");
        assertThat(said(List.of("--rm", "--userns", "auto", "--user", "7"), "id", "-u"))
                .isEqualTo("7");
        assertThat(said(List.of("--rm", "--userns", "keep-id"), "cat", "/proc/self/uid_map"))
                .isEqualTo("0 0 4294967295");
        String id = room.detached(List.of("--userns", "auto"), "sleep", "1000");
        assertThat(room.asked(id, "{{.HostConfig.UsernsMode}} {{.GraphDriver.Name}}"))
                .isEqualTo("auto overlayfs");
        Ended wrong = room.ran(List.of("--userns", "host", "--uidmap", "0:1:2"), "true");
        assertThat(wrong.status()).isEqualTo(125);
        assertThat(wrong.error()).contains("--userns host and --uidmap or --gidmap cannot both be said");
    }

    private Path probe(String name) throws IOException {
        Path probe = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/probe/probe");
        assumeTrue(Files.isExecutable(probe), "there is no probe: run the tests by ./dev test");
        Path copy = room.place().resolve("image/bin").resolve(name);
        Programs.copy(probe, copy);
        return copy;
    }

    @Test
    void whatAProgramOfTheImageMayDoItMayDoInsideAsWell() throws Exception {
        Path setuid = probe("setuid");
        Files.setAttribute(setuid, "unix:uid", 1000);
        Files.setAttribute(setuid, "unix:mode", 0104755);
        Path capable = probe("capable");
        try (CallMemory memory = new CallMemory();
                Fd file = Open.absolute(capable.toString(), Open.How.reading())) {
            // cap_net_raw=ep, as the image's author has written it: capabilities(7).
            byte[] value = HexFormat.of().parseHex("0100000200200000000000000000000000000000");
            ExtendedAttributes.set(memory, file, "security.capability".getBytes(StandardCharsets.US_ASCII), value);
        }
        for (List<String> ways :
                List.of(List.of("--userns", "auto"), List.of("--userns", "auto", "--snapshotter", "native"))) {
            List<String> options = new ArrayList<>(List.of("--rm", "--user", "5"));
            options.addAll(ways);
            assertThat(said(options, "setuid", "cat", "/proc/self/status")).contains("Uid: 5 1000 1000 1000");
            assertThat(said(options, "capable", "cat", "/proc/self/status")).contains("CapEff: 0000000000002000");
        }
    }

    @Test
    void aCopyIsMadeForWhoAsksForIt() throws Exception {
        String id = room.detached(List.of("--snapshotter", "native", "-v", "/kept"), "sleep", "1000");
        assertThat(room.asked(id, DRIVER)).isEqualTo("native: it was asked for (--snapshotter native)");
        assertThat(room.asked(id, "{{(index .Mounts 0).Type}} {{(index .Mounts 0).Destination}}"))
                .isEqualTo("volume /kept");
    }

    /** An overlay takes no upper directory that is on an overlay. */
    @Test
    void whereThereCanBeNoOverlayThereIsACopy() throws Exception {
        String mount =
                "mkdir -p /var/lib/estiba /var/lib/o/lower /var/lib/o/upper /var/lib/o/work && mount -t overlay -o"
                        + " lowerdir=/var/lib/o/lower,upperdir=/var/lib/o/upper,workdir=/var/lib/o/work overlay /var/lib/estiba";
        assertThat(CommandRoom.end(room.room().begin(mount)).status()).isZero();
        String id = room.detached(List.of(), "sleep", "1000");
        assertThat(room.asked(id, DRIVER)).matches("native: no overlay can be made here: mount overlay .*\\(EINVAL\\)");
        assertThat(said(List.of("--rm", "--userns", "auto"), "id", "-u")).isEqualTo("0");
    }
}
