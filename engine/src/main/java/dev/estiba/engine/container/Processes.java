package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Top;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code top}: the host's ps(1), of which the container's processes are kept, as Docker does it. */
final class Processes {
    private static final int CAP = 16 << 20;

    private final Context context;

    Processes(Context context) {
        this.context = context;
    }

    Top top(String reference, List<String> arguments) throws IOException {
        Set<String> pids;
        ContainerRecord record;
        try (Locked container = context.look(reference)) {
            record = container.record();
            if (!(context.status(container) instanceof Status.Running)) {
                throw notRunning(container);
            }
            try {
                pids = new TreeSet<>(Files.readAllLines(
                        Groups.of(context, container.record()).processes().resolve("cgroup.procs")));
            } catch (NoSuchFileException e) { // it has ended just now
                throw notRunning(container);
            }
        }
        List<String> lines =
                ps(arguments.isEmpty() ? List.of("-ef") : arguments).lines().toList();
        if (lines.isEmpty()) {
            throw ApiException.serverError("ps printed nothing");
        }
        List<String> titles = List.of(lines.getFirst().strip().split("\\s+"));
        int column = titles.indexOf("PID");
        if (column < 0) {
            throw ApiException.badRequest("Couldn't find PID field in ps output");
        }
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> fields = Arrays.asList(line.strip().split("\\s+", titles.size()));
            if (fields.size() > column && pids.contains(fields.get(column))) {
                rows.add(fields);
            }
        }
        Happened.to(context, record, "top");
        return new Top(titles, rows);
    }

    private static ApiException notRunning(Locked container) {
        return ApiException.conflict("container " + container.record().id() + " is not running");
    }

    private static String ps(List<String> arguments) throws IOException {
        String program = Files.isExecutable(Path.of("/bin/ps")) ? "/bin/ps" : "/usr/bin/ps";
        if (!Files.isExecutable(Path.of(program))) {
            throw ApiException.serverError("this host has no ps: install procps");
        }
        List<String> argv = new ArrayList<>(List.of("ps"));
        argv.addAll(arguments);
        try (Pipe pipe = Pipe.open("ps")) {
            Pidfd child = Spawn.of(program, argv)
                    .with(1, pipe.writer())
                    .with(2, pipe.writer())
                    .start();
            try (child) {
                pipe.writer().close();
                String output = new String(FileBytes.readAll(pipe.reader(), CAP), StandardCharsets.UTF_8);
                if (!(child.reap() instanceof ExitStatus.Exited(int code)) || code != 0) {
                    throw ApiException.badRequest("ps: " + output.strip());
                }
                return output;
            }
        }
    }
}
