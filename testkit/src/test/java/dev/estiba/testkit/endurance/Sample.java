package dev.estiba.testkit.endurance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What there is after so many runs.
 *
 * @param memory the resident's proportional share of memory (smaps_rollup), in KiB
 * @param descriptors the resident's
 * @param threads the resident's
 * @param monitor the memory of a container's monitor, in KiB; 0 where there is none
 * @param mounts in the mount namespace
 * @param groups cgroups that the test's containers have, in all hierarchies
 * @param files beneath the directories of state
 * @param latency of a run, in ms: the median of those since the sample before
 */
record Sample(
        int runs,
        long memory,
        int descriptors,
        int threads,
        long monitor,
        int mounts,
        int groups,
        int files,
        double latency) {

    /** Who is looked at. */
    record Place(long resident, OptionalLong monitor, long inMountNamespace, String group, List<Path> directories) {}

    /** After a collection: what the JVM holds, and not how long ago it looked. The bound of its heap is for the rest. */
    static Sample collected(Place place, int runs, double latency) throws IOException, InterruptedException {
        Path java = Path.of("/proc/" + place.resident() + "/exe").toRealPath();
        Process collection = new ProcessBuilder(
                        java.resolveSibling("jcmd").toString(), Long.toString(place.resident()), "GC.run")
                .redirectErrorStream(true)
                .start();
        String said = new String(collection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (collection.waitFor() != 0) {
            throw new IOException("no collection of process " + place.resident() + ": " + said);
        }
        return take(place, runs, latency);
    }

    static Sample take(Place place, int runs, double latency) throws IOException {
        Path resident = Path.of("/proc/" + place.resident());
        return new Sample(
                runs,
                share(place.resident()),
                count(resident.resolve("fd")),
                count(resident.resolve("task")),
                place.monitor().isPresent() ? share(place.monitor().getAsLong()) : 0,
                Files.readAllLines(Path.of("/proc/" + place.inMountNamespace() + "/mountinfo"))
                        .size(),
                groups(place.group()),
                files(place.directories()),
                latency);
    }

    private static long share(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    private static int count(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return (int) all.count();
        }
    }

    private static int groups(String name) throws IOException {
        int count = 0;
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies.toList()) {
                count += files(List.of(hierarchy.resolve(name)), Files::isDirectory);
            }
        }
        return count;
    }

    private static int files(List<Path> directories) throws IOException {
        return files(directories, file -> true);
    }

    private static int files(List<Path> directories, Predicate<Path> counted) throws IOException {
        int count = 0;
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> all = Files.walk(directory)) {
                    count += (int) all.filter(counted).count();
                }
            }
        }
        return count;
    }
}
