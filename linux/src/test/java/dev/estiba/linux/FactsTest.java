package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.estiba.linux.number.Abi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel says about this process and its mounts. */
class FactsTest {
    @Test
    void thisMachineIsOneOfOurs() throws Exception {
        assertThat(Host.abi()).isIn(Abi.X86_64, Abi.ARM64);
        assertThat(Host.release())
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    }

    @Test
    void thisProcessIsKnown() throws Exception {
        ProcessFacts.Self self = ProcessFacts.self();
        assertThat(self.uid()).isEqualTo(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue());
        assertThat(self.gid()).isEqualTo(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:gid")).longValue());
        assertThat(self.umask()).isBetween(0, 0777);
        assertThat(ProcessFacts.ownCgroups()).contains("::").endsWith("\n");
    }

    @Test
    void aProcessHasAStart() throws Exception {
        int own = (int) ProcessHandle.current().pid();
        assertThat(ProcessFacts.startTime(own))
                .hasValueSatisfying(ticks -> assertThat(ticks).isPositive());
        assertThat(ProcessFacts.startTime(own)).isEqualTo(ProcessFacts.startTime(own));
        assertThat(ProcessFacts.startTime(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void ownMountsCanBeRead() throws Exception {
        List<MountInfo> mounts = MountInfo.of((int) ProcessHandle.current().pid());
        assertThat(mounts).anySatisfy(mount -> {
            assertThat(mount.point()).isEqualTo("/proc");
            assertThat(mount.type()).isEqualTo("proc");
        });
    }

    @Test
    void aLineHasItsFields() throws Exception {
        assertThat(
                        MountInfo.parse(
                                "36 35 98:0 /mnt1 /mnt\\0402\\134x rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue\n"))
                .containsExactly(new MountInfo(
                        36,
                        35,
                        "98:0",
                        "/mnt1",
                        "/mnt 2\\x",
                        List.of("rw", "noatime"),
                        List.of("shared:1", "master:2"),
                        "ext3",
                        "/dev/root",
                        List.of("rw", "errors=continue")));
        assertThat(MountInfo.parse("1 0 0:1 / / rw - rootfs none rw\n"))
                .singleElement()
                .satisfies(mount -> assertThat(mount.propagation()).isEmpty());
    }

    @Test
    void anotherLineIsRefused() {
        for (String line : List.of(
                "", "x", "1 2 3 4 5 6", "a 0 0:1 / / rw - rootfs none rw", "1 0 0:1 / / rw rootfs none rw extra")) {
            if (line.isEmpty()) {
                continue;
            }
            assertThatIOException()
                    .isThrownBy(() -> MountInfo.parse(line))
                    .withMessage("no line of mountinfo: " + line);
        }
    }
}
