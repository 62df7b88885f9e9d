package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A root file system with a shell, for what is easier said in one than asked of the probe. */
public final class Busybox {
    private static final List<String> DIRECTORIES = List.of("bin", "dev", "etc", "proc", "root", "sys", "tmp");

    private Busybox() {}

    /** The static program: Debian's busybox-static, or the peers' copy of it. */
    public static Optional<Path> program(Path repository) {
        return Stream.of(
                        Path.of("/usr/bin/busybox"),
                        Path.of("/bin/busybox"),
                        repository.resolve("build/peers/bin/busybox"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Makes {@code directory} one, in which each of {@code names} is a command. */
    public static Path root(Path program, Path directory, String... names) throws IOException {
        for (String each : DIRECTORIES) {
            Files.createDirectories(directory.resolve(each));
        }
        Path bin = directory.resolve("bin");
        Programs.copy(program, bin.resolve("busybox"));
        for (String name : names) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        return directory;
    }
}
