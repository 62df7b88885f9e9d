package dev.estiba.registry.program;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.number.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A program that is asked one thing and answers it, within a time. */
final class HelperProgram {
    /** Some ask their user to open a keychain. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final int MOST_OF_QUESTION = 60 << 10;
    private static final int MOST_BYTES = 1 << 20;
    private static final int CHUNK = 8 << 10;

    private final String path;
    private final List<String> environment;
    private final Duration deadline;

    HelperProgram(String path, List<String> environment, Duration deadline) {
        this.path = path;
        this.environment = List.copyOf(environment);
        this.deadline = deadline;
    }

    /** What it has written to stdout. */
    record Said(ExitStatus status, byte[] output) {
        boolean succeeded() {
            return status.equals(new ExitStatus.Exited(0));
        }

        String text() {
            return new String(output, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return status + " and " + output.length + " bytes";
        }
    }

    static Optional<HelperProgram> find(String name, String path, List<String> environment) {
        for (String directory : path.split(":", -1)) {
            Path file = Path.of(directory, name);
            if (directory.startsWith("/") && Files.isRegularFile(file) && Files.isExecutable(file)) {
                return Optional.of(new HelperProgram(file.toString(), environment, DEADLINE));
            }
        }
        return Optional.empty();
    }

    /** @param question at most as much as a pipe holds, so that it is given without waiting for anybody */
    Said run(String action, byte[] question) throws IOException {
        if (question.length > MOST_OF_QUESTION) {
            throw new IOException(
                    path + " is asked with " + question.length + " bytes, and " + MOST_OF_QUESTION + " are the most");
        }
        try (Pipe in = Pipe.open("the stdin of " + path);
                Pipe out = Pipe.open("the stdout of " + path)) {
            FileBytes.writeAll(in.writer(), question);
            in.writer().close();
            try (Fd nothing = Open.absolute("/dev/null", new Open.How(Open.WRITE, 0, 0));
                    Pidfd child = Spawn.of(path, List.of(path, action))
                            .environment(environment)
                            .inOwnSession()
                            .with(0, in.reader())
                            .with(1, out.writer())
                            .with(2, nothing)
                            .start()) {
                out.writer().close();
                return answer(child, out.reader());
            }
        }
    }

    private Said answer(Pidfd child, Fd output) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        boolean ended = false;
        try {
            byte[] bytes = read(output, end);
            Optional<ExitStatus> status = child.reap(left(end));
            ended = status.isPresent();
            return new Said(status.orElseThrow(this::late), bytes);
        } finally {
            if (!ended) {
                child.signal(Signal.KILL);
                child.reap();
            }
        }
    }

    private byte[] read(Fd from, long end) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            if (!Poll.readable(from, left(end))) {
                throw late();
            }
            byte[] some = FileBytes.readSome(from, CHUNK);
            if (some.length == 0) {
                return all.toByteArray();
            }
            all.writeBytes(some);
            if (all.size() > MOST_BYTES) {
                throw new IOException(path + " answers without an end");
            }
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private IOException late() {
        return new IOException(path + " has not answered in " + deadline.toSeconds() + " seconds");
    }
}
