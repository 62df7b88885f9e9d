package dev.estiba.testkit.upgrade;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A tree of a commit that testkit/previous-build names, built by its own tool in build/previous/COMMIT, where it stays.
 * Building takes some minutes: {@code ./dev test --long} does it, and others use what is there.
 */
final class PreviousBuild {
    private PreviousBuild() {}

    /** The newest first. */
    static List<String> commits(Path repository) throws IOException {
        return Files.readAllLines(repository.resolve("testkit/previous-build")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** The directory above its bin. */
    static synchronized Path home(Path repository, String commit) throws IOException, InterruptedException {
        Path place = repository.resolve("build/previous").resolve(commit);
        Path home = place.resolve("build/estiba");
        if (!Files.isExecutable(home.resolve("bin/estiba"))) {
            assumeTrue(
                    Boolean.getBoolean("estiba.long"),
                    "the previous build is not there, and takes minutes: ./dev test --long Upgrade makes it");
            assumeTrue(
                    run(repository, List.of("git", "cat-file", "-e", commit + "^{commit}")),
                    "this clone has not got the commit " + commit);
            build(repository, place, commit);
        }
        return home.toRealPath();
    }

    private static void build(Path repository, Path place, String commit) throws IOException, InterruptedException {
        if (!Files.isDirectory(place.resolve(".git"))) {
            Files.createDirectories(place.getParent());
            must(repository, List.of("git", "clone", "-q", "--no-checkout", "--shared", ".", place.toString()));
        }
        must(place, List.of("git", "checkout", "-q", "--force", commit));
        Files.createDirectories(place.resolve("build"));
        Path tools = repository.resolve("build/tools");
        if (Files.isDirectory(tools) && !Files.exists(place.resolve("build/tools"))) {
            Files.createSymbolicLink(place.resolve("build/tools"), tools.toRealPath());
        }
        must(place, List.of("nice", "-n", "19", "./dev", "--no-install", "build"));
    }

    private static void must(Path directory, List<String> command) throws IOException, InterruptedException {
        if (!run(directory, command)) {
            throw new IOException("in " + directory + ": " + String.join(" ", command));
        }
    }

    private static boolean run(Path directory, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        return process.waitFor(20, TimeUnit.MINUTES) && process.exitValue() == 0;
    }
}
