package dev.estiba.testkit.conformance;

import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine that the tests run on. */
class ThisMachine implements Machine {
    private final Path directory;
    private final Path busybox;
    private final Path probe;

    ThisMachine(Path parent, String name) throws IOException {
        directory = Files.createDirectories(parent.resolve(name)).toRealPath();
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        busybox = directory.resolve("busybox");
        probe = directory.resolve("probe");
        Programs.copy(busybox(repository).orElseThrow(), busybox);
        Programs.copy(Bundles.ofRepository(repository).programs().resolve("probe"), probe);
    }

    static Optional<Path> busybox(Path repository) {
        return Stream.of("/usr/bin/busybox", "/bin/busybox", repository + "/build/peers/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public void furnish(Path bundle) throws IOException {
        // Links and not copies: hundreds of root file systems have one busybox.
        Files.createLink(bundle.resolve("rootfs/bin/busybox"), busybox);
        Files.createLink(bundle.resolve("rootfs/bin/probe"), probe);
    }

    /** Files and not pipes: a container inherits them, and a pipe would keep its reader waiting. */
    @Override
    public Ended run(List<String> command, Path place, Map<String, String> environment, Path files)
            throws IOException, InterruptedException {
        Path output = Path.of(files + ".out");
        Path error = Path.of(files + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(place.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end within a minute");
        }
        return new Ended(
                process.exitValue(),
                Files.readString(output, StandardCharsets.ISO_8859_1),
                Files.readString(error, StandardCharsets.ISO_8859_1));
    }

    @Override
    public String read(Path file) throws IOException {
        return Files.readString(file);
    }

    @Override
    public void remove(Path bundle) throws IOException {
        TestCgroups.removeEmptyParents();
        try (Stream<Path> all = Files.walk(bundle)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
