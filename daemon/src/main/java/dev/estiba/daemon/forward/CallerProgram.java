package dev.estiba.daemon.forward;

import dev.estiba.cli.remote.StreamWire;
import dev.estiba.cli.remote.Wire;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.number.Signal;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A program of a caller's whose input and output are bytes to somewhere else: ssh. */
final class CallerProgram implements Closeable {
    private static final int PIECE = 32 << 10;
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Pidfd child;
    private final Fd input;
    private final Fd output;

    private CallerProgram(Pidfd child, Fd input, Fd output) {
        this.child = child;
        this.input = input;
        this.output = output;
    }

    /** As this process's user, who is the caller's, and with this process's directories. */
    static Wire start(Call call, List<String> command) throws IOException {
        String path = found(command.getFirst(), call.environment().getOrDefault("PATH", ""));
        List<String> environment = call.environment().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
        Pipe in = Pipe.open("the stdin of " + path);
        Pipe out = Pipe.open("the stdout of " + path);
        Pidfd child;
        try {
            child = Spawn.of(path, command)
                    .environment(environment)
                    .inOwnSession()
                    .with(0, in.reader())
                    .with(1, out.writer())
                    .with(2, call.descriptors().error())
                    .start();
        } catch (IOException e) {
            in.close();
            out.close();
            throw e;
        }
        in.reader().close();
        out.writer().close();
        CallerProgram program = new CallerProgram(child, in.writer(), out.reader());
        return new StreamWire(program.from(), program.to(), in.writer()::close, program);
    }

    private static String found(String name, String path) throws IOException {
        for (String directory : path.split(":", -1)) {
            Path file = Path.of(directory, name);
            if (directory.startsWith("/") && Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException(name + " is in no directory of the PATH; it is needed to come to the daemon");
    }

    private InputStream from() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int at, int most) throws IOException {
                awaitOutput();
                byte[] some = FileBytes.readSome(output, Math.min(most, PIECE));
                System.arraycopy(some, 0, to, at, some.length);
                return some.length == 0 ? -1 : some.length;
            }
        };
    }

    /** A thread that is interrupted reads no more: the caller has gone, or wants it to end. */
    private void awaitOutput() throws IOException {
        while (!Poll.readable(output, LOOK)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ClosedByInterruptException();
            }
        }
    }

    private OutputStream to() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                FileBytes.writeAll(input, Arrays.copyOfRange(bytes, from, from + length));
            }
        };
    }

    /** It has nothing more to do: ssh itself keeps nothing. */
    @Override
    public void close() throws IOException {
        try (child) {
            child.signal(Signal.TERM);
            child.reap();
        } finally {
            input.close();
            output.close();
        }
    }
}
