package dev.estiba.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries as the kernel shows them in /proc/sys/fs/binfmt_misc. */
class EmulationTest {
    private static final String ARM64 = """
            enabled
            interpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P
            flags: POCF
            offset 0
            magic 7f454c460201010000000000000000000200b700
            mask ffffffffffffff00fffffffffffffffffeffffff
            """;

    @TempDir
    Path directory;

    @Test
    void anEntryIsForTheMachineInItsPattern() throws IOException {
        Files.writeString(directory.resolve("status"), "enabled\n");
        Files.writeString(
                directory.resolve("python3.11"),
                "enabled\ninterpreter /usr/bin/python3.11\nflags: \noffset 0\nmagic a70d0d0a\n");
        Files.writeString(directory.resolve("jar"), "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n");
        Platform arm = Platform.of("linux", "arm64");
        assertThat(Emulation.isThere(directory, arm)).isFalse();
        Files.writeString(directory.resolve("qemu-aarch64"), ARM64);
        assertThat(Emulation.isThere(directory, arm)).isTrue();
        assertThat(Emulation.isThere(directory, Platform.of("linux", "riscv64")))
                .isFalse();
        Files.writeString(directory.resolve("qemu-aarch64"), ARM64.replace("enabled", "disabled"));
        assertThat(Emulation.isThere(directory, arm)).isFalse();
        assertThat(Emulation.isThere(directory.resolve("none"), arm)).isFalse();
    }

    @Test
    void aBigMachinesNumberIsTheOtherWayRound() {
        String s390x = "7f454c4602020100000000000000000000020016";
        assertThat(Emulation.machine(List.of("enabled", "offset 0", "magic " + s390x)))
                .hasValue(22);
        assertThat(Emulation.machine(List.of("enabled", "offset 0", "magic 7f454c46")))
                .isEmpty();
    }
}
