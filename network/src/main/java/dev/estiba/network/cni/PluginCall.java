package dev.estiba.network.cni;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.NetworkNamespace;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.number.Signal;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One call of one plug-in: SPEC.md, section 2.
 *
 * @param program its absolute path
 * @param command ADD, DEL or CHECK
 */
record PluginCall(String program, String command, List<String> environment, String input, Duration deadline) {
    /** As much as a pipe holds, so that it is given without waiting for anybody: pipe(7). */
    private static final int MOST_INPUT = 60 << 10;

    private static final int CHUNK = 8 << 10;
    private static final int LONGEST_SENTENCE = 1000;

    PluginCall {
        environment = List.copyOf(environment);
    }

    /**
     * What it has written to stdout.
     *
     * @param host the network namespace that it is to be in
     * @throws CniException when it fails, in its own words, or has not ended in time
     */
    byte[] run(Fd host) throws IOException {
        byte[] question = input.getBytes(StandardCharsets.UTF_8);
        if (question.length > MOST_INPUT) {
            throw new CniException(
                    this + " would be told " + question.length + " bytes, and " + MOST_INPUT + " are the most");
        }
        try (Pipe in = Pipe.open("the stdin of " + program);
                Pipe out = Pipe.open("the stdout of " + program)) {
            FileBytes.writeAll(in.writer(), question);
            in.writer().close();
            try (Pidfd child = start(host, in, out)) {
                out.writer().close();
                return answer(child, out.reader());
            }
        }
    }

    /** A child is in the namespace of the thread that has started it. */
    private Pidfd start(Fd host, Pipe in, Pipe out) throws IOException {
        return NetworkNamespace.in(host, () -> {
            try (Fd nothing = Open.absolute("/dev/null", new Open.How(Open.WRITE, 0, 0))) {
                return Spawn.of(program, List.of(program))
                        .environment(environment)
                        .inOwnSession()
                        .with(0, in.reader())
                        .with(1, out.writer())
                        .with(2, nothing)
                        .start();
            }
        });
    }

    private byte[] answer(Pidfd child, Fd output) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        boolean ended = false;
        try {
            byte[] bytes = read(output, end);
            Optional<ExitStatus> status = child.reap(left(end));
            ended = status.isPresent();
            if (!status.orElseThrow(this::late).equals(new ExitStatus.Exited(0))) {
                throw failed(status.get(), bytes);
            }
            return bytes;
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
            if (all.size() > CniResult.MOST_BYTES) {
                throw new CniException(this + " answers without an end");
            }
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private CniException late() {
        return new CniException(this + " has not ended in " + deadline.toSeconds() + " seconds");
    }

    /** SPEC.md, section 5, "Error". */
    private CniException failed(ExitStatus status, byte[] output) {
        String sentence = "";
        try (Cursor in = Cursor.open(output, Origin.DOCUMENT)) {
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                switch (field) {
                    case "msg" -> sentence = in.string() + sentence;
                    case "details" -> {
                        String details = in.string();
                        sentence += details.isEmpty() ? "" : "; " + details;
                    }
                    default -> in.skip();
                }
            }
        } catch (DocumentException e) {
            sentence = "";
        }
        String shown = sentence.replaceAll("\\p{Cntrl}+", " ");
        return new CniException(this + " has failed: "
                + (shown.isEmpty()
                        ? status + ", without a word"
                        : shown.substring(0, Math.min(shown.length(), LONGEST_SENTENCE))));
    }

    @Override
    public String toString() {
        return "the plug-in " + program + " (" + command + ")";
    }
}
