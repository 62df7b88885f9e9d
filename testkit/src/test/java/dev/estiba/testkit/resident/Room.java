package dev.estiba.testkit.resident;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A mount namespace with a /run of its own, and a copy of the built tree whose planner carries a mark: what a test does
 * here meets no other test's resident, and every JVM that came of it is found, and ended.
 */
final class Room implements AutoCloseable {
    private static final Path DIRECTORY = Path.of("run/estiba/jvm");

    private final Path home;
    private final Process holder;
    private final String mark = "-Destiba.test=" + UUID.randomUUID();
    private int runs;

    record Ended(int status, String output, String error, String log, Duration took) {}

    private Room(Path home, Process holder) {
        this.home = home;
        this.holder = holder;
    }

    /**
     * @param place an empty directory
     * @param properties more of the planner's system properties
     */
    static Room open(Path place, String... properties) throws IOException {
        String tree = System.getProperty("estiba.home");
        assumeTrue(tree != null, "estiba.home is not set: run the tests by ./dev test");
        assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
        Path built = Path.of(tree);
        Process holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat")
                .start();
        byte[] ready = holder.getInputStream().readNBytes(6);
        assumeTrue(
                new String(ready, StandardCharsets.US_ASCII).equals("ready\n"), "no mount namespace can be made here");
        Room room = new Room(place.resolve("home"), holder);
        Files.createDirectories(room.home.resolve("bin"));
        Files.createDirectories(room.home.resolve("lib"));
        Programs.copy(built.resolve("bin/estiba-oci"), room.home.resolve("bin/estiba-oci"));
        room.writeWords(built.resolve("lib/planner.argv"), properties);
        return room;
    }

    private void writeWords(Path from, String... properties) throws IOException {
        List<String> words = new ArrayList<>(
                List.of(Files.readString(from, StandardCharsets.UTF_8).split("\0")));
        int at = words.indexOf("-cp");
        words.add(at, mark);
        words.addAll(at, List.of(properties));
        Files.writeString(home.resolve("lib/planner.argv"), String.join("\0", words) + "\0", StandardCharsets.UTF_8);
    }

    /** What is run in the JVM's place, with the JVM's path and words behind its own. */
    void bearsBy(Path program) throws IOException {
        Path file = home.resolve("lib/planner.argv");
        String words = Files.readString(file, StandardCharsets.UTF_8);
        int java = words.startsWith("/") ? 0 : words.indexOf("\0/") + 1; // behind the settings of the environment
        Files.writeString(
                file, words.substring(0, java) + program + "\0" + words.substring(java), StandardCharsets.UTF_8);
    }

    /** A file of the room: its /run is seen through the process that holds it. */
    Path path(String name) {
        return Path.of("/proc/" + holder.pid() + "/root/" + DIRECTORY).resolve(name);
    }

    Path directory() {
        return path("");
    }

    /** The path of a call's file, as far as it is the same for every call: "output", "error", "log". */
    String file(String kind) {
        return home.resolve(kind).toString();
    }

    /** The names of the residents' files that end like this. */
    List<Path> named(String suffix) throws IOException {
        if (!Files.isDirectory(directory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .toList();
        }
    }

    /** What the residents have written. */
    String residentsLog() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path log : named(".log")) {
            text.append(Files.readString(log, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** estiba-oci --help: answered by a planner, changes nothing. */
    Ended call() throws IOException, InterruptedException {
        return callFrom("exec \"$@\"");
    }

    /** The same, by a shell that prepares its process first; the call is "$@". */
    Ended callFrom(String script) throws IOException, InterruptedException {
        return end(begin(script));
    }

    /** A call that has begun. */
    record Begun(Process process, Path output, Path error, Path log, long start) {}

    Begun begin(String script) throws IOException {
        return begin(script, "--help");
    }

    Begun begin(String script, String... words) throws IOException {
        int number = nextRun();
        Path output = home.resolve("output" + number);
        Path error = home.resolve("error" + number);
        Path log = home.resolve("log" + number);
        List<String> command = new ArrayList<>(
                List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "bash", "-c", script, "bash"));
        command.addAll(List.of(home.resolve("bin/estiba-oci").toString(), "--log", log.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("SECRET", "of the first caller");
        long start = System.nanoTime();
        return new Begun(builder.start(), output, error, log, start);
    }

    private synchronized int nextRun() {
        return runs++;
    }

    Ended end(Begun begun) throws IOException, InterruptedException {
        if (!begun.process().waitFor(90, TimeUnit.SECONDS)) {
            begun.process().destroyForcibly();
            throw new IOException("estiba-oci did not end within 90 s");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun.start());
        String log = Files.exists(begun.log()) ? Files.readString(begun.log(), StandardCharsets.UTF_8) : "";
        return new Ended(
                begun.process().exitValue(),
                Files.readString(begun.output(), StandardCharsets.UTF_8),
                Files.readString(begun.error(), StandardCharsets.UTF_8),
                log,
                took);
    }

    /** The JVMs that came of this room's calls, and live. */
    List<ProcessHandle> planners() {
        return ProcessHandle.allProcesses().filter(this::ours).toList();
    }

    private boolean ours(ProcessHandle process) {
        try {
            String words =
                    Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
            return words.contains(mark) && !state(process).equals("Z");
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    private static String state(ProcessHandle process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }

    ProcessHandle onlyPlanner() {
        List<ProcessHandle> all = planners();
        if (all.size() != 1) {
            throw new AssertionError("wanted one planner, found "
                    + all.stream().map(ProcessHandle::pid).toList());
        }
        return all.getFirst();
    }

    static void signal(ProcessHandle process, String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " " + process.pid() + ": status " + status);
        }
        if (signal.equals("STOP")) {
            until("that every thread stands still", () -> standsStill(process));
        }
    }

    /** Its descriptors are closed only some time after its command line is gone: a zombie has none (exit(2)). */
    static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true; // reaped
        }
    }

    /** SIGSTOP is taken by one thread, which then stops the others: until it runs, they go on and may still answer. */
    private static boolean standsStill(ProcessHandle process) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // a thread ended meanwhile: look again
        }
    }

    /** Looks every few milliseconds; an error after half a minute. */
    static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come within 30 s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (ProcessHandle planner : planners()) {
            planner.destroyForcibly();
        }
        until("the end of every planner", () -> planners().isEmpty());
        holder.getOutputStream().close();
        holder.waitFor();
    }
}
