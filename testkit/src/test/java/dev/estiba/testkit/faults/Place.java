package dev.estiba.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our runtime with a directory of states and a parent of cgroups of its own, and the audit of what is left there: tests
 * in different places do not see each other. Closing it deletes every container it has named, and fails when something
 * is left.
 */
public final class Place implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Pattern CALLS = Pattern.compile("(?m)^calls (\\d+) (\\d+)$");

    private final Path program;
    private final Path directory;
    private final Path states;
    private final String name;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> ids = new ArrayList<>();
    private List<String> prefix = List.of();
    private int files;

    /** What a call has ended with; {@code error} without the time before each line. */
    public record Result(int status, String output, String error) {
        /** The call must have succeeded; its words are the failure's. */
        public Result succeeds() {
            assertThat(status).as(error).isZero();
            return this;
        }

        /** That exact sentence, once, is all it says. */
        public void fails(String sentence) {
            assertThat(error).isEqualTo(sentence + "\n");
            assertThat(status).isEqualTo(1);
        }
    }

    /**
     * What the killer saw.
     *
     * @param killed whether the victim was killed; else everything had ended before
     * @param calls system calls by process, in the order of their births
     */
    public record Deed(Result result, boolean killed, Map<Integer, Integer> calls) {}

    private Place(Path program, Path directory) throws IOException {
        this.program = program;
        this.directory = directory.toRealPath();
        this.states = Files.createDirectories(this.directory.resolve("states"));
        this.name = "estiba-place-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /**
     * @param directory an empty one
     * @throws org.opentest4j.TestAbortedException where nothing is built, or cgroups are not ours
     */
    public static Place open(Path directory) throws IOException {
        assumeTrue(Files.isWritable(CGROUPS), "cgroups of this machine are not ours: root is needed");
        String home = System.getProperty("estiba.home");
        assumeTrue(home != null, "estiba.home is not set: run the tests by ./dev test");
        return new Place(Path.of(home, "bin/estiba-oci"), directory);
    }

    /** The checkout. */
    public static Path repository() {
        return Path.of(System.getProperty("estiba.repo", "."));
    }

    /** From now on every program is started by this one: {@code nsenter ...}. */
    public void startBy(List<String> words) {
        prefix = List.copyOf(words);
    }

    /** The runtime's program, and how it is called here. */
    public List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--root", states.toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** Where the state directories are. */
    public Path states() {
        return states;
    }

    /** For files of the test's own. */
    public Path directory() {
        return directory;
    }

    /** An id that nobody else has. */
    public String newId() {
        String id = name + "-" + (ids.size() + 1);
        ids.add(id);
        return id;
    }

    /** Docker's default container with the probe sleeping in it, its cgroup beneath this place's own parent. */
    public Bundle bundle(String id) throws IOException {
        return Bundles.ofRepository(repository())
                .docker(directory.resolve("bundle-" + id), id)
                .edit(config -> config.put("linux.cgroupsPath", "/" + name + "/" + id))
                .probe("sleep", "1000");
    }

    /** Runs estiba-oci. */
    public Result run(String... words) throws IOException, InterruptedException {
        return runProgram(command(words));
    }

    /** Runs a program with nothing but a path in its environment, within a minute. */
    public Result runProgram(List<String> command) throws IOException, InterruptedException {
        return end(begin(command));
    }

    /** A call that has begun; its output is in files, because whoever inherits a pipe keeps its reader waiting. */
    public record Begun(Process process, List<String> command, Path output, Path error) {}

    /** Starts a program. */
    public Begun begin(List<String> command) throws IOException {
        int number = nextNumber();
        Path output = directory.resolve("out" + number);
        Path error = directory.resolve("err" + number);
        List<String> words = new ArrayList<>(prefix);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Begun(builder.start(), command, output, error);
    }

    private synchronized int nextNumber() {
        return files++;
    }

    /** Waits for its end. */
    public Result end(Begun begun) throws IOException, InterruptedException {
        if (!begun.process().waitFor(60, TimeUnit.SECONDS)) {
            begun.process().destroyForcibly();
            throw new IOException(String.join(" ", begun.command()) + " did not end within a minute");
        }
        String error =
                Files.readString(begun.error()).replaceAll("(?m)^time=\"[^\"]*\" level=error msg=\"(.*)\"$", "$1");
        String output = Files.readString(begun.output(), StandardCharsets.UTF_8);
        Files.delete(begun.output());
        Files.delete(begun.error());
        return new Result(begun.process().exitValue(), output, error.replace("\\\"", "\""));
    }

    /** Runs a command beneath the killer (testkit/faults/killer.c); {@code at} 0 only counts. */
    public Deed kill(String victim, int counted, int at, List<String> command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of(tool("killer").toString(), victim, Integer.toString(counted), Integer.toString(at)));
        words.addAll(command);
        Result result = runProgram(words);
        assertThat(result.status()).as("the killer: %s", result.error()).isNotEqualTo(125);
        Map<Integer, Integer> calls = new LinkedHashMap<>();
        Matcher line = CALLS.matcher(result.output());
        while (line.find()) {
            calls.put(Integer.valueOf(line.group(1)), Integer.valueOf(line.group(2)));
        }
        return new Deed(result, result.output().contains("killed " + victim), calls);
    }

    /** A tool of testkit/faults. */
    public static Path tool(String name) throws IOException, InterruptedException {
        Path out = repository().resolve("build/faults");
        Process build = new ProcessBuilder(
                        "sh", repository().resolve("testkit/faults/build").toString(), out.toString())
                .redirectErrorStream(true)
                .start();
        build.getOutputStream().close();
        String words = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(words).isZero();
        return out.resolve(name);
    }

    /** Everything that there still is of a container; empty when nothing is. */
    public List<String> residue(String id) throws IOException {
        List<String> left = new ArrayList<>();
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            for (Path hierarchy : Stream.concat(Stream.of(CGROUPS), hierarchies).toList()) {
                Path group = hierarchy.resolve(name).resolve(id);
                if (Files.exists(group)) {
                    left.add("cgroup " + group);
                }
            }
        }
        if (Files.exists(states.resolve(id))) {
            left.add("state directory " + states.resolve(id));
        }
        // A network namespace without a process is one that is bound somewhere: it would be in here too.
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(id))
                .forEach(line -> left.add("mount " + line));
        processes(id).forEach((pid, words) -> left.add("process " + pid + ": " + words));
        return left;
    }

    /** Processes that name a container in their command line (the runtime's own) or environment (its program's). */
    public static Map<Long, String> processes(String id) throws IOException {
        Map<Long, String> found = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String words = bytes(process.resolve("cmdline"));
                if (words.contains(id) || bytes(process.resolve("environ")).contains(id)) {
                    found.put(Long.valueOf(process.getFileName().toString()), words.replace('\0', ' '));
                }
            }
        }
        return found;
    }

    /** Empty for who has ended meanwhile, and for a zombie. */
    private static String bytes(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Waits for up to two seconds until a container has left nothing: a killed process takes its time to go. */
    public List<String> residueAfterAWhile(String id) throws IOException, InterruptedException {
        List<String> left = residue(id);
        for (int i = 0; i < 200 && !left.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
            left = residue(id);
        }
        return left;
    }

    @Override
    public void close() throws IOException {
        try {
            for (String id : ids) {
                run("delete", "--force", id);
            }
            for (String id : ids) {
                assertThat(residueAfterAWhile(id)).as("what %s has left", id).isEmpty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            removeParents();
        }
    }

    private void removeParents() throws IOException {
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            for (Path hierarchy : Stream.concat(Stream.of(CGROUPS), hierarchies).toList()) {
                Files.deleteIfExists(hierarchy.resolve(name));
            }
        }
    }
}
