package dev.estiba.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A root file system with {@code /bin/guest} (guest.c), and what must be gone when a test is over. */
final class Guest {
    static final String PROGRAM = "/bin/guest";

    private Guest() {}

    /** Makes it; skips the test, with the reason, where containers cannot be made or nothing can be compiled. */
    static Path rootfs(Path directory) throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "containers with cgroup limits are made by root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no /usr/bin/gcc here for guest.c");
        Path rootfs = directory.resolve("rootfs");
        for (String name : List.of("bin", "dev", "etc", "proc", "sys", "tmp")) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0:root:/lodging/of/root:/bin/sh\n");
        Path source = directory.resolve("guest.c");
        try (InputStream in = Guest.class.getResourceAsStream("guest.c")) {
            assertThat(in).isNotNull();
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path errors = directory.resolve("gcc.err");
        Process gcc = new ProcessBuilder(
                        "/usr/bin/gcc", "-O1", "-static", "-Wall", "-o", rootfs + PROGRAM, source.toString())
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        assertThat(gcc.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gcc.exitValue()).as(Files.readString(errors)).isZero();
        return rootfs;
    }

    /** Cgroups of a container in any hierarchy. */
    static List<Path> cgroups(String id) throws IOException {
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            return Stream.concat(hierarchies, Stream.of(Path.of("/sys/fs/cgroup")))
                    .map(hierarchy -> hierarchy.resolve("estiba").resolve(id))
                    .filter(Files::exists)
                    .toList();
        }
    }
}
