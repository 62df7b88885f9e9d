package dev.estiba.testkit.conformance;

import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.conformance.Peers.Kind;
import dev.estiba.testkit.conformance.Peers.Outcome;
import dev.estiba.testkit.conformance.Row.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Where one runtime makes the table's containers. */
final class Room {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final List<String> DIRECTORIES = List.of("bin", "data", "dev", "etc", "proc", "sys", "tmp");
    private static final String BASE = Table.resource("base.json");

    private final String runtime;
    private final Path program;
    private final Path directory;
    private final Path busybox;

    Room(String runtime, Path program, Path directory) throws IOException {
        this.runtime = runtime;
        this.program = program;
        this.directory = Files.createDirectories(directory.resolve(runtime)).toRealPath();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        busybox = this.directory.resolve("busybox");
        Programs.copy(busyboxOfTheHost(repository).orElseThrow(), busybox);
        Programs.copy(Bundles.ofRepository(repository).programs().resolve("probe"), this.directory.resolve("probe"));
    }

    static Optional<Path> busyboxOfTheHost(Path repository) {
        return Stream.of("/usr/bin/busybox", "/bin/busybox", repository + "/build/peers/bin/busybox")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    String version() throws IOException, InterruptedException {
        return program(List.of(program.toString(), "--version"), directory, Map.of(), directory.resolve("version"))
                .output()
                .lines()
                .findFirst()
                .orElse("?");
    }

    /** What comes of a row. Nothing stays of it. */
    Outcome outcome(Row row) throws IOException, InterruptedException {
        String id = "conf-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path bundle = Files.createDirectory(directory.resolve(id));
        Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            if (row.word("needs").isPresent()
                    && shell(row.word("needs").get(), bundle, Map.of(), "needs").status() != 0) {
                return new Outcome(Kind.SKIPPED, "");
            }
            new Maker(row, id, bundle).make();
            Ended ended = run(row, id, bundle);
            boolean made = ended.status() == 0 || ended.begun();
            String text = made ? ended.output() : lastLine(ended.error());
            String withoutNames = text.replace(bundle.toString(), "@BUNDLE@").replace(id, "@ID@");
            return new Outcome(made ? Kind.MADE : Kind.REFUSED, made ? withoutNames : withoutNumbers(withoutNames));
        } finally {
            call(bundle, "delete", "--force", id);
            TestCgroups.removeEmptyParents();
            delete(bundle);
        }
    }

    /** Addresses, processes and descriptors are others each time. */
    private static String withoutNumbers(String text) {
        return text.replaceAll("0x[0-9a-f]{6,}", "0x…")
                .replaceAll("fd/[0-9]+", "fd/N")
                .replaceAll("\\[[0-9]+\\]", "[N]")
                .replaceAll("/proc/[0-9]+", "/proc/N");
    }

    /** The container's own failure is the last thing that is said, and a log's line has more than its words. */
    private static String lastLine(String error) {
        String last = error.strip().lines().reduce((_, line) -> line).orElse("");
        return last.replaceFirst("^time=\"[^\"]*\" level=[a-z]* msg=\"(.*)\"$", "$1")
                .replace("\\\"", "\"");
    }

    /**
     * What a program has ended with.
     *
     * @param begun whether the container was there, whatever its own status
     */
    private record Ended(int status, String output, String error, boolean begun) {}

    private Ended run(Row row, String id, Path bundle) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("run"));
        boolean stays = row.word("outside").isPresent() || row.word("exec").isPresent();
        if (stays) {
            words.addAll(List.of("--detach", "--pid-file", bundle.resolve("pid").toString()));
        }
        row.word("words").ifPresent(more -> words.addAll(List.of(more.split(" "))));
        words.addAll(List.of("--bundle", bundle.toString(), id));
        List<String> command = command(words.toArray(String[]::new));
        Optional<String> by = row.word("by");
        Ended ended = by.isPresent()
                ? shell(by.get().replace("@WORDS@", String.join(" ", command)), bundle, Map.of(), "run")
                : program(command, bundle, Map.of(), bundle.resolve("run"));
        if (!stays || ended.status() != 0) {
            return new Ended(ended.status(), ended.output(), ended.error(), ended.status() != 0 && ranAndFailed(ended));
        }
        if (row.word("exec").isPresent()) {
            return call(
                    bundle, "exec", "--process", bundle.resolve("process.json").toString(), id);
        }
        Map<String, String> about = Map.of(
                "ID", id,
                "BUNDLE", bundle.toString(),
                "PID", Files.readString(bundle.resolve("pid")).strip(),
                "G", "estiba-test/" + id,
                "OCI", String.join(" ", command()));
        Ended looked = shell(row.word("outside").orElseThrow(), bundle, about, "outside");
        return new Ended(looked.status(), looked.output(), looked.error(), true);
    }

    /** A program's own status: no runtime has said anything. */
    private static boolean ranAndFailed(Ended ended) {
        return ended.error().isBlank();
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(), "--root", directory.resolve("states").toString()));
        command.addAll(List.of(words));
        return command;
    }

    private Ended call(Path bundle, String... words) throws IOException, InterruptedException {
        return program(command(words), bundle, Map.of(), bundle.resolve(words[0]));
    }

    private static Ended shell(String script, Path bundle, Map<String, String> environment, String name)
            throws IOException, InterruptedException {
        return program(List.of("sh", "-c", script), bundle, environment, bundle.resolve(name));
    }

    /** Files and not pipes: a container inherits them, and a pipe would keep its reader waiting. */
    private static Ended program(List<String> command, Path place, Map<String, String> environment, Path files)
            throws IOException, InterruptedException {
        Path output = Path.of(files + ".out");
        Path error = Path.of(files + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(place.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(error.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end within a minute");
        }
        return new Ended(
                process.exitValue(),
                Files.readString(output, StandardCharsets.ISO_8859_1)
                        .replace("\r", "")
                        .strip(),
                Files.readString(error, StandardCharsets.ISO_8859_1),
                false);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public String toString() {
        return runtime;
    }

    /** One row's bundle. */
    private final class Maker {
        private final Row row;
        private final String id;
        private final Path bundle;

        Maker(Row row, String id, Path bundle) {
            this.row = row;
            this.id = id;
            this.bundle = bundle;
        }

        private String filled(String text) {
            return text.replace("@ID@", id).replace("@BUNDLE@", bundle.toString());
        }

        void make() throws IOException {
            Path rootfs = bundle.resolve("rootfs");
            for (String name : DIRECTORIES) {
                Files.createDirectories(rootfs.resolve(name));
            }
            // Links and not copies: hundreds of root file systems have one busybox.
            Files.createLink(rootfs.resolve("bin/busybox"), busybox);
            Files.createLink(rootfs.resolve("bin/probe"), directory.resolve("probe"));
            Files.createSymbolicLink(rootfs.resolve("bin/sh"), Path.of("busybox"));
            JsonObject config = JsonObject.parse(filled(BASE));
            String script = filled(row.word("inside").orElse(":"));
            boolean sleeps = row.word("outside").isPresent() || row.word("exec").isPresent();
            config.put(
                    "process.args",
                    sleeps ? List.of("/bin/busybox", "sleep", "1000") : List.of("/bin/sh", "-c", script));
            for (Change change : row.changes()) {
                change(config, change.verb(), filled(change.rest()));
            }
            Files.write(bundle.resolve("config.json"), config.bytes());
            if (row.word("exec").isPresent()) {
                JsonObject process = config.object("process").put("args", List.of("/bin/sh", "-c", script));
                JsonObject more = JsonObject.parse(filled(row.word("exec").get()));
                more.names().forEach(name -> process.put(name, more.object(name)));
                Files.write(bundle.resolve("process.json"), process.bytes());
            }
        }

        private void change(JsonObject config, String verb, String rest) throws IOException {
            int equals = rest.indexOf(" = ");
            String name = equals < 0 ? rest : rest.substring(0, equals);
            String text = equals < 0 ? "" : rest.substring(equals + 3);
            switch (verb) {
                case "with" -> config.put(name, value(text));
                case "add" -> config.add(name, value(text));
                case "drop" -> config.remove(name);
                case "dir" -> Files.createDirectories(bundle.resolve(name));
                case "file" -> file(name, text.replace("\\n", "\n"));
                default -> {
                    String[] ends = rest.split(" -> ");
                    Files.createSymbolicLink(bundle.resolve(ends[0]), Path.of(ends[1]));
                }
            }
        }

        private void file(String name, String text) throws IOException {
            Path file = bundle.resolve(name);
            Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
            if (text.startsWith("#!")) {
                // Written by another process: one that another thread starts meanwhile would have it open (ETXTBSY).
                Path draft = Files.writeString(Path.of(file + ".draft"), text + "\n");
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
                Programs.copy(draft, file);
                Files.delete(draft);
            } else {
                Files.writeString(file, text + "\n");
            }
        }
    }

    private static Object value(String json) {
        JsonObject holder = JsonObject.parse("{\"value\": " + json + "}");
        return switch (json.charAt(0)) {
            case '{' -> holder.object("value");
            case '[' -> holder.list("value");
            case '"' -> holder.text("value");
            case 't', 'f' -> holder.flag("value");
            default -> holder.number("value");
        };
    }
}
