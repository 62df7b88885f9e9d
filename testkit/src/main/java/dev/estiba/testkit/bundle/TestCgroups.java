package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cgroups of the bundles: {@code /estiba-test/ID} in each hierarchy of {@code /sys/fs/cgroup}, v1's and v2's. */
public final class TestCgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "estiba-test";

    private TestCgroups() {}

    /** Where a container still has a cgroup; empty when it left none behind. */
    public static List<Path> leftBy(String id) throws IOException {
        return parents().stream()
                .map(parent -> parent.resolve(id))
                .filter(Files::exists)
                .toList();
    }

    /** Removes the groups of a container whose runtime could not: nobody is in them any more. */
    public static void removeLeftBy(String id) throws IOException {
        for (Path group : leftBy(id)) {
            Files.delete(group);
        }
    }

    /** Removes the common parents as far as no container is in them now; for a test class's end. */
    public static void removeEmptyParents() throws IOException {
        for (Path parent : parents()) {
            try {
                Files.deleteIfExists(parent);
            } catch (IOException inUse) {
                // EBUSY: another test has a container in it, and will call this when it ends.
                if (!Files.isDirectory(parent)) {
                    throw inUse;
                }
            }
        }
    }

    private static List<Path> parents() throws IOException {
        List<Path> parents = new ArrayList<>(List.of(ROOT.resolve(PARENT)));
        try (Stream<Path> hierarchies = Files.list(ROOT)) {
            hierarchies
                    .filter(Files::isDirectory)
                    .map(hierarchy -> hierarchy.resolve(PARENT))
                    .forEach(parents::add);
        }
        return parents;
    }
}
