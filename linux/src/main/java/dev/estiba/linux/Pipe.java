package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * pipe2(2).
 *
 * @param reader the end that is read
 * @param writer the end that is written
 */
public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
    private static final int PIPE2 = Frame.number("pipe2");
    private static final int CLOSE_ON_EXEC = 02000000;

    public static Pipe open(String label) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment two = frame.space(8);
            ErrnoException.check(frame.call(PIPE2, two.address(), CLOSE_ON_EXEC), "pipe2", label);
            return new Pipe(
                    Fd.own(two.get(ValueLayout.JAVA_INT, 0), label + ", to read"),
                    Fd.own(two.get(ValueLayout.JAVA_INT, 4), label + ", to write"));
        }
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
    }
}
