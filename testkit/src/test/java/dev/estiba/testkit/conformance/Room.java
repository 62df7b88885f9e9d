package dev.estiba.testkit.conformance;

import dev.estiba.testkit.conformance.Machine.Ended;
import dev.estiba.testkit.conformance.Peers.Kind;
import dev.estiba.testkit.conformance.Peers.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Where one runtime makes the table's containers. */
public final class Room {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Machine machine;
    private final Path program;

    public Room(Machine machine, Path program) {
        this.machine = machine;
        this.program = program;
    }

    String version() throws IOException, InterruptedException {
        Path directory = machine.directory();
        return output(machine.run(
                        List.of(program.toString(), "--version"), directory, Map.of(), directory.resolve("version")))
                .lines()
                .findFirst()
                .orElse("?");
    }

    /** What comes of a row. Nothing stays of it. */
    public Outcome outcome(Row row) throws IOException, InterruptedException {
        String id = "conf-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path bundle = Files.createDirectory(machine.directory().resolve(id));
        Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            new Maker(row, id, bundle).make();
            machine.furnish(bundle);
            if (row.word("needs").isPresent()
                    && shell(row.word("needs").get(), bundle, Map.of(), "needs").status() != 0) {
                return new Outcome(Kind.SKIPPED, "");
            }
            Came came = run(row, id, bundle);
            boolean made = came.ended().status() == 0 || came.begun();
            String text = made ? output(came.ended()) : lastLine(came.ended().error());
            String withoutNames = text.replace(bundle.toString(), "@BUNDLE@")
                    .replace(machine.directory().toString(), "@DIRECTORY@")
                    .replace(id, "@ID@");
            return new Outcome(made ? Kind.MADE : Kind.REFUSED, made ? withoutNames : withoutNumbers(withoutNames));
        } finally {
            call(bundle, "delete", "--force", id);
            machine.remove(bundle);
        }
    }

    private static String output(Ended ended) {
        return ended.output().replace("\r", "").strip();
    }

    /** Addresses, processes and descriptors are others each time. */
    private static String withoutNumbers(String text) {
        return text.replaceAll("0x[0-9a-f]{6,}", "0x…")
                .replaceAll("fd/[0-9]+", "fd/N")
                .replaceAll("/state-[0-9]+", "/state-N")
                .replaceAll("\\[[0-9]+\\]", "[N]")
                .replaceAll("/proc/[0-9]+", "/proc/N");
    }

    /** The container's own failure is the last thing that is said, and a log's line has more than its words. */
    private static String lastLine(String error) {
        String last = error.strip().lines().reduce((_, line) -> line).orElse("");
        return last.replaceFirst("^time=\"[^\"]*\" level=[a-z]* msg=\"(.*)\"$", "$1")
                .replace("\\\"", "\"");
    }

    /** @param begun whether the container was there, whatever its own status */
    private record Came(Ended ended, boolean begun) {}

    private Came run(Row row, String id, Path bundle) throws IOException, InterruptedException {
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
                : machine.run(command, bundle, Map.of(), bundle.resolve("run"));
        if (!stays || ended.status() != 0) {
            return new Came(ended, ended.status() != 0 && ranAndFailed(ended));
        }
        if (row.word("exec").isPresent()) {
            return new Came(
                    call(
                            bundle,
                            "exec",
                            "--process",
                            bundle.resolve("process.json").toString(),
                            id),
                    false);
        }
        Map<String, String> about = Map.of(
                "ID", id,
                "BUNDLE", bundle.toString(),
                "PID", machine.read(bundle.resolve("pid")).strip(),
                "G", "estiba-test/" + id,
                "OCI", String.join(" ", command()));
        return new Came(shell(row.word("outside").orElseThrow(), bundle, about, "outside"), true);
    }

    /** A program's own status: no runtime has said anything. */
    private static boolean ranAndFailed(Ended ended) {
        return ended.error().isBlank();
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--root",
                machine.directory().resolve("states").toString()));
        command.addAll(List.of(words));
        return command;
    }

    private Ended call(Path bundle, String... words) throws IOException, InterruptedException {
        return machine.run(command(words), bundle, Map.of(), bundle.resolve(words[0]));
    }

    private Ended shell(String script, Path bundle, Map<String, String> environment, String name)
            throws IOException, InterruptedException {
        return machine.run(List.of("sh", "-c", script), bundle, environment, bundle.resolve(name));
    }
}
