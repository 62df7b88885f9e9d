package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product's command in a room of its own, an image of busybox, and the audit of what its containers leave. It writes
 * down each id that it ever sees, because a container of --rm can be asked for nothing when it is gone.
 */
public final class ProductRoom implements AutoCloseable {
    /** What a call says that has started the daemon. */
    public static final String BORN =
            "estiba: the daemon was not there and has been started; its log is /run/estiba/daemon.log\n";

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final CommandRoom room;
    private final Path place;
    private final Set<String> ids = new TreeSet<>();

    private ProductRoom(CommandRoom room, Path place) {
        this.room = room;
        this.place = place;
    }

    /** @param place an empty directory */
    public static ProductRoom open(Path place) throws IOException {
        return open(place, CommandRoom::ofProduct);
    }

    /** The same, with a daemon: the first container starts it. */
    public static ProductRoom withDaemon(Path place) throws IOException {
        return open(place, CommandRoom::ofDaemon);
    }

    private interface Opening {
        CommandRoom open(Path place) throws IOException;
    }

    private static ProductRoom open(Path place, Opening opening) throws IOException {
        assumeTrue(Files.isWritable(CGROUPS), "cgroups of this machine are not ours: root is needed");
        Path busybox = busybox();
        Path bin = Files.createDirectories(place.resolve("image/bin"));
        Programs.copy(busybox, bin.resolve("busybox"));
        for (String name : "sh sleep stty cat echo true false env id pwd kill touch head seq ps trap".split(" ")) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        return new ProductRoom(opening.open(place), place);
    }

    private static Path busybox() {
        Path peers = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin/busybox");
        for (Path each : List.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"), peers)) {
            if (Files.isExecutable(each)) {
                return each;
            }
        }
        assumeTrue(false, "no static busybox on this machine (apt-get install busybox-static), nor among the peers");
        return peers;
    }

    public CommandRoom room() {
        return room;
    }

    public Path place() {
        return place;
    }

    public String image() {
        return "rootfs:" + place.resolve("image");
    }

    public Ended call(String... words) throws IOException, InterruptedException {
        return room.call(words);
    }

    /** {@code run --network none}, which says nothing of the network. */
    public List<String> run(List<String> options, String... command) {
        List<String> words = new ArrayList<>(List.of("run", "--network", "none"));
        words.addAll(options);
        words.add(image());
        words.addAll(List.of(command));
        return words;
    }

    public Ended ran(List<String> options, String... command) throws IOException, InterruptedException {
        return room.call(run(options, command).toArray(String[]::new));
    }

    /** The same from a script, in which "$@" is the call. */
    Ended ranFrom(String script, List<String> options, String... command) throws IOException, InterruptedException {
        return room.callFrom(script, run(options, command).toArray(String[]::new));
    }

    public Process begin(List<String> options, String... command) throws IOException {
        return room.begin("exec \"$@\"", run(options, command).toArray(String[]::new));
    }

    /** A container that runs in the background; its id. */
    public String detached(List<String> options, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(options);
        all.add("-d");
        Ended call = ran(all, command);
        assertThat(call.error().replace(BORN, "")).isEmpty();
        assertThat(call.status()).isZero();
        String id = call.output().strip();
        assertThat(id).matches("[0-9a-f]{64}");
        ids.add(id);
        return id;
    }

    /** What {@code inspect -f} answers. */
    public String asked(String id, String template) throws IOException, InterruptedException {
        Ended call = call("inspect", "-f", template, id);
        assertThat(call.error().replace(BORN, "")).isEmpty();
        return call.output().strip();
    }

    /** From now on the audit looks for it. */
    public void know(String id) {
        ids.add(id.strip());
    }

    /** What is left of containers in the engine's directories, cgroups, mount tables and processes. */
    List<String> residue() throws IOException {
        List<String> left = new ArrayList<>();
        Path root = room.root();
        for (String directory : List.of(
                "var/lib/estiba/containers",
                "var/lib/estiba/names",
                "run/estiba/engine/containers",
                "run/estiba/engine/runtime")) {
            addNames(left, root.resolve(directory));
        }
        for (String id : ids) {
            try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(CGROUPS)) {
                for (Path hierarchy : hierarchies) {
                    Path group = hierarchy.resolve("estiba").resolve(id);
                    if (Files.exists(group)) {
                        left.add("cgroup " + group);
                    }
                }
            }
        }
        mounts().stream().filter(this::names).forEach(line -> left.add("mount " + line));
        ProcessHandle.allProcesses().forEach(process -> {
            String words = words(process.pid());
            if (names(words)) {
                left.add("process " + process.pid() + ": " + words);
            }
        });
        return left;
    }

    private List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + room.holder() + "/mountinfo"));
    }

    private boolean names(String text) {
        return ids.stream().anyMatch(text::contains);
    }

    private static String words(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private static void addNames(List<String> left, Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.forEach(file -> left.add(file.toString()));
            }
        }
    }

    /** Waits for up to five seconds until nothing is left: who is killed takes its time to go. */
    public void leavesNothing() throws IOException, InterruptedException {
        List<String> left = residue();
        for (int i = 0; i < 100 && !left.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
            left = residue();
        }
        assertThat(left)
                .as("what is left, of which %s", left.isEmpty() ? "" : traces())
                .isEmpty();
    }

    /** The files of what is left, and the engine's own words. */
    private List<String> traces() throws IOException {
        List<String> traces = new ArrayList<>();
        for (String directory :
                List.of("var/lib/estiba/containers", "run/estiba/engine/containers", "run/estiba/jvm")) {
            try (Stream<Path> files = Files.walk(room.root().resolve(directory), 2)) {
                files.forEach(file -> traces.add(file.toString()));
            }
        }
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(room.root().resolve("run/estiba/jvm"), "*.log")) {
            for (Path log : logs) {
                traces.addAll(Files.readAllLines(log));
            }
        }
        return traces;
    }

    /** Removes all containers, whatever they do. */
    public void clear() throws IOException, InterruptedException {
        String all = call("ps", "-aq", "--no-trunc").output();
        for (String id : all.lines().toList()) {
            know(id);
            Ended removed = call("rm", "-f", id);
            assertThat(removed.status()).as("rm -f: %s", removed.error()).isZero();
        }
        leavesNothing();
    }

    /** The same for who has failed already: nothing is asserted, and nothing that runs is left behind. */
    public void abandon() throws IOException, InterruptedException {
        for (String id : call("ps", "-aq", "--no-trunc").output().lines().toList()) {
            Ended unused = call("rm", "-f", id);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        room.close();
    }
}
