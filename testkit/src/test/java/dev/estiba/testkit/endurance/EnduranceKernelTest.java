package dev.estiba.testkit.endurance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import dev.estiba.testkit.faults.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 runs of {@code estiba-oci}, 10,000 execs into one container, 10,000 of {@code estiba run --rm} beside a container
 * that writes all the time: descriptors, memory, mounts, cgroups, files and latency do not grow. That many are the long form; the short one makes 200, and asks for what is counted alone.
 */
@Tag("kernel")
class EnduranceKernelTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");
    private static final int RUNS = LONG ? 10_000 : 200;
    private static final int WINDOW = LONG ? 250 : 50;
    private static final int WARM_UP = 1_000;

    /** Measured: between -18 and +7, as the collector has run. A run that were not forgotten would be ten times this. */
    private static final double RESIDENT_KIB_IN_100 = 25;

    @TempDir
    private Path directory = Path.of("/");

    @Test
    void manyRuns() throws Exception {
        try (Room room = Room.open();
                Place place = Place.open(directory)) {
            place.startBy(room.prefix());
            String id = place.newId();
            String bundle = place.bundle(id).probe("true").directory().toString();
            place.run("list").succeeds();
            measure("estiba-oci run", room, place, id, number -> {
                Place.Result result = place.run("run", "--bundle", bundle, id + "-" + number);
                assertThat(result.error()).isEmpty();
                assertThat(result.status()).isZero();
            });
        }
    }

    @Test
    void manyExecs() throws Exception {
        try (Room room = Room.open();
                Place place = Place.open(directory)) {
            place.startBy(room.prefix());
            String id = place.newId();
            place.run(
                            "run",
                            "--detach",
                            "--bundle",
                            place.bundle(id).directory().toString(),
                            id)
                    .succeeds();
            measure(
                    "estiba-oci exec",
                    room,
                    place,
                    id,
                    number -> place.run("exec", id, "/bin/probe", "true").succeeds());
        }
    }

    /** Its log is turned over every 100 KB, so the monitor has opened some thousand files in the end. */
    @Test
    void manyCommands() throws Exception {
        String parent = "endurance-" + ProcessHandle.current().pid();
        try (ProductRoom room = ProductRoom.open(directory)) {
            try {
                manyCommands(room, parent);
            } finally {
                room.clear();
                removeGroups(parent);
            }
        }
    }

    private static void manyCommands(ProductRoom room, String parent) throws IOException, InterruptedException {
        List<String> options =
                List.of("--cgroup-parent", parent, "--log-opt", "max-size=100k", "--log-opt", "max-file=2");
        String id = room.detached(options, "sh", "-c", "while :; do seq 200; sleep 0.02; done");
        Path runs = room.room().root().resolve("run/estiba");
        Path containers = room.room().root().resolve("var/lib/estiba/containers");
        long jvm = room.room().onlyJvm().pid();
        Sample.Place looked = new Sample.Place(
                jvm, OptionalLong.of(monitor(id)), room.room().holder(), parent, List.of(runs, containers));
        measure("estiba run --rm", looked, number -> {
            Ended ended = room.ran(List.of("--rm", "--cgroup-parent", parent), "true");
            assertThat(ended.error()).isEmpty();
            assertThat(ended.status()).isZero();
            if (number % WINDOW == 0) { // its caller does not wait for what it had on the disk
                CommandRoom.until("that one container is left", () -> count(containers) == 1);
                awaitRest(Path.of("/proc/" + jvm + "/fd"));
            }
        });
    }

    /** A tenth of a second in which a process opens and closes nothing. */
    private static void awaitRest(Path descriptors) throws InterruptedException {
        long[] seen = {-1, 0};
        CommandRoom.until("that the JVM is at rest", () -> {
            long now = count(descriptors);
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return seen[1] == 10;
        });
    }

    private static long count(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long monitor(String id) throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try {
                Path words = Path.of("/proc/" + process.pid() + "/cmdline");
                if (Files.readString(words, StandardCharsets.ISO_8859_1).startsWith("estiba-monitor " + id)) {
                    return process.pid();
                }
            } catch (IOException gone) {
                continue;
            }
        }
        throw new AssertionError("no monitor of " + id);
    }

    /** The product leaves a parent that its caller has named, as runc and Docker do. */
    private static void removeGroups(String parent) throws IOException {
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies) {
                Files.deleteIfExists(hierarchy.resolve(parent));
            }
        }
    }

    private static void measure(String title, Room room, Place place, String id, Series.Run run)
            throws IOException, InterruptedException {
        Sample.Place looked = new Sample.Place(
                room.planner(),
                OptionalLong.empty(),
                room.holder().pid(),
                id.substring(0, id.lastIndexOf('-')),
                List.of(place.states(), room.run()));
        measure(title, looked, run);
    }

    private static void measure(String title, Sample.Place looked, Series.Run run)
            throws IOException, InterruptedException {
        Series series = Series.of(RUNS, WINDOW, LONG, looked, run);
        if (LONG) {
            series.tell(Place.repository(), title, WARM_UP);
            series.memoryDoesNotGrow(WARM_UP, RESIDENT_KIB_IN_100);
            series.latencyDoesNotGrow();
        }
        series.countsDoNotGrow();
    }

    /** A mount namespace with a /run of its own: its resident is this test's alone. */
    record Room(Process holder) implements AutoCloseable {
        static Room open() throws IOException {
            assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
            String script = "mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat";
            Process holder =
                    new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script).start();
            String said = new String(holder.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
            assumeTrue(said.equals("ready\n"), "no mount namespace can be made here");
            return new Room(holder);
        }

        List<String> prefix() {
            return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m");
        }

        Path run() {
            return Path.of("/proc/" + holder.pid() + "/root/run/estiba");
        }

        /** The one JVM that lives in it. */
        long planner() throws IOException {
            return find().orElseThrow(() -> new AssertionError("no planner in the room"));
        }

        private OptionalLong find() throws IOException {
            Path here = Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/mnt"));
            try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : all) {
                    if (isPlanner(process, here)) {
                        return OptionalLong.of(
                                Long.parseLong(process.getFileName().toString()));
                    }
                }
            }
            return OptionalLong.empty();
        }

        private static boolean isPlanner(Path process, Path here) {
            try {
                return Files.readSymbolicLink(process.resolve("ns/mnt")).equals(here)
                        && Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                                .contains("dev.estiba.runtime.planner.Planner");
            } catch (IOException gone) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            for (OptionalLong one = find(); one.isPresent(); one = find()) {
                ProcessHandle.of(one.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
            }
            holder.getOutputStream().close();
            try {
                holder.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
