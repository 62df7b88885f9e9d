package dev.estiba.testkit.bundle;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that is tested, told by the test runner. */
final class Repository {
    private Repository() {}

    static Path root() {
        String told = System.getProperty("estiba.repo");
        assumeTrue(told != null, "estiba.repo is not set: run the tests by ./dev test");
        return Path.of(told);
    }

    /** A peer's program, or a skipped test. */
    static Path peer(String name) {
        Path program = root().resolve("build/peers/bin").resolve(name);
        assumeTrue(Files.isExecutable(program), program + " is not there: run testkit/peers/install");
        return program;
    }
}
