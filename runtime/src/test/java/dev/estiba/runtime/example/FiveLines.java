package dev.estiba.runtime.example;

import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.Containers;
import dev.estiba.runtime.Spec;
import java.io.IOException;
import java.nio.file.Path;

/** The library in five lines, twice: a bundle step by step, and a root directory in one call. */
public final class FiveLines {
    private FiveLines() {}

    /**
     * {@code FiveLines STATES BUNDLE ROOTFS PROGRAM...}
     *
     * @return the two statuses
     */
    public static int[] run(Path states, Path bundle, Path rootfs, String... program) throws IOException {
        int first;
        try (Container c = Containers.in(states).create("first", Bundle.at(bundle))) {
            c.start();
            first = c.waitFor();
        }
        int second = Containers.in(states).run("second", Spec.of(rootfs).args(program));
        return new int[] {first, second};
    }
}
