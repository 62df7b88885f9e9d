package dev.estiba.testkit.command;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A mount namespace with a /run of its own, and a tree with the built executable whose command JVM is {@link TrialJvm}:
 * it meets no other test's resident, and every JVM that came of it is found, and ended.
 */
public final class CommandRoom implements AutoCloseable {
    private static final Path BUILT_COMMAND = Path.of("bin/estiba");

    private final Path home;
    private final Process holder;
    private final String mark = "-Destiba.test=" + UUID.randomUUID();
    private boolean hasDaemon;

    public record Ended(int status, String output, String error) {}

    private CommandRoom(Path home, Process holder) {
        this.home = home;
        this.holder = holder;
    }

    /**
     * @param place an empty directory
     * @param properties more of the JVM's options
     */
    static CommandRoom open(Path place, String... properties) throws IOException {
        CommandRoom room = make(place);
        room.writeWords(true, properties);
        return room;
    }

    /** The same with the product's own JVM, whose engine finds a /var/lib of its own. */
    static CommandRoom ofProduct(Path place) throws IOException {
        CommandRoom room = make(place);
        room.writeWords(false);
        return room;
    }

    /** The same, whose containers are a daemon's, as root's are. */
    static CommandRoom ofDaemon(Path place) throws IOException {
        CommandRoom room = make(place, "--net");
        room.hasDaemon = true;
        room.writeWords(false, "-Destiba.home=" + room.home);
        List<String> words = words("daemon");
        words.add(words.indexOf("-cp"), room.mark);
        room.write("daemon", words);
        return room;
    }

    private static String tree() {
        return System.getProperty("estiba.home", "");
    }

    private static CommandRoom make(Path place) throws IOException {
        return make(place, "--mount");
    }

    /** @param own which namespace it has, too: a daemon makes bridges in its network, which is not to be this machine's */
    private static CommandRoom make(Path place, String own) throws IOException {
        assumeTrue(!tree().isEmpty(), "estiba.home is not set: run the tests by ./dev test");
        assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
        Process holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        own,
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /var/lib && mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat")
                .start();
        byte[] ready = holder.getInputStream().readNBytes(6);
        assumeTrue(
                new String(ready, StandardCharsets.US_ASCII).equals("ready\n"), "no mount namespace can be made here");
        CommandRoom room = new CommandRoom(place.resolve("home"), holder);
        Files.createDirectories(room.home.resolve("bin"));
        Files.createDirectories(room.home.resolve("lib"));
        Programs.copy(Path.of(tree()).resolve(BUILT_COMMAND), room.home.resolve(BUILT_COMMAND));
        return room;
    }

    /** The product's own words; for a trial but for the class path, the main class, and the AOT cache of another one. */
    private void writeWords(boolean trial, String... properties) throws IOException {
        List<String> words = words("command");
        if (trial) {
            words.removeIf(word -> word.startsWith("-XX:AOTCache="));
            words.set(words.indexOf("-cp") + 1, System.getProperty("java.class.path"));
            words.set(words.indexOf("-cp") + 2, TrialJvm.class.getName());
        }
        int at = words.indexOf("-cp");
        words.add(at, mark);
        words.addAll(at, List.of(properties));
        write("command", words);
    }

    private static List<String> words(String role) throws IOException {
        Path from = Path.of(tree()).resolve("lib/" + role + ".argv");
        return new ArrayList<>(
                List.of(Files.readString(from, StandardCharsets.UTF_8).split("\0")));
    }

    private void write(String role, List<String> words) throws IOException {
        Path to = home.resolve("lib/" + role + ".argv");
        Files.writeString(to, String.join("\0", words) + "\0", StandardCharsets.UTF_8);
    }

    /** The process that holds the mount namespace. */
    public long holder() {
        return holder.pid();
    }

    /** The room's file system, as it is seen from here. */
    public Path root() {
        return Path.of("/proc/" + holder.pid() + "/root");
    }

    /** A file of the residents'. */
    Path directory() {
        return root().resolve("run/estiba/jvm");
    }

    List<Path> named(String suffix) throws IOException {
        if (!Files.isDirectory(directory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .toList();
        }
    }

    String log() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path log : named(".log")) {
            text.append(Files.readString(log, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    public String command() {
        return home.resolve(BUILT_COMMAND).toString();
    }

    /** A call that has begun: its own process is the forwarder, unless the script makes others. */
    public Process begin(String script, String... words) throws IOException {
        return begin(List.of(), script, words);
    }

    /** The same, started by a program that takes its words behind its own. */
    public Process begin(List<String> by, String script, String... words) throws IOException {
        List<String> all = new ArrayList<>(by);
        all.addAll(List.of("/usr/bin/nsenter", "-t", Long.toString(holder.pid()), "-m"));
        if (hasDaemon) {
            all.add("-n"); // of others the network is the one that "by" has chosen
        }
        all.addAll(List.of("bash", "-c", script, "bash", command()));
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("GREETING", "salt & sea");
        if (!hasDaemon) {
            builder.environment().put("ESTIBA_DAEMON", "never");
        }
        return builder.start();
    }

    public static Ended end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        // Both at once: who fills one pipe while the other one is read waits for ever. By a thread of its own: the
        // common
        // pool has one on two processors, and a call of another test's that takes ten seconds would keep that.
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(
                () -> all(process.getErrorStream()),
                task -> Thread.ofPlatform().daemon(true).start(task));
        String output = all(process.getInputStream());
        String error = errors.join();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("estiba did not end within a minute");
        }
        return new Ended(process.exitValue(), output, error);
    }

    private static String all(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Ended call(String... words) throws IOException, InterruptedException {
        return end(begin("exec \"$@\"", words));
    }

    public Ended callFrom(String script, String... words) throws IOException, InterruptedException {
        return end(begin(script, words));
    }

    /** The JVMs that came of this room's calls, and live. */
    public List<ProcessHandle> jvms() {
        return ProcessHandle.allProcesses().filter(this::ours).toList();
    }

    private boolean ours(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                            .contains(mark)
                    && state(process) != 'Z';
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    /** proc(5): R, S, D, T, Z, …; Z also when nothing is left of it. */
    static char state(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'Z';
        }
    }

    public ProcessHandle onlyJvm() {
        List<ProcessHandle> all = jvms();
        if (all.size() != 1) {
            throw new AssertionError("wanted one JVM, found "
                    + all.stream().map(ProcessHandle::pid).toList());
        }
        return all.getFirst();
    }

    public static void signal(ProcessHandle process, String signal) throws IOException, InterruptedException {
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
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
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
        for (ProcessHandle jvm : jvms()) {
            jvm.destroyForcibly();
        }
        until("the end of every JVM", () -> jvms().isEmpty());
        holder.getOutputStream().close();
        holder.waitFor();
    }
}
