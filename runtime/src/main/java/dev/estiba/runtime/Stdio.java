package dev.estiba.runtime;

import dev.estiba.linux.Fd;

/**
 * Where a container's descriptors 0, 1 and 2 go.
 *
 * @param input what it reads
 * @param output what it writes
 * @param error where it complains
 */
public record Stdio(Stream input, Stream output, Stream error) {
    /** One of the three. */
    public sealed interface Stream {
        /** What this JVM itself has there. */
        record Inherited() implements Stream {}

        /** {@code /dev/null}. */
        record Nothing() implements Stream {}

        /**
         * A descriptor.
         *
         * @param fd borrowed until the call that takes it has returned; a pipe's other end sees its end only when it is
         *     closed here too
         */
        record Given(Fd fd) implements Stream {}
    }

    /** All three as this JVM has them. */
    public static Stdio inherit() {
        Stream inherited = new Stream.Inherited();
        return new Stdio(inherited, inherited, inherited);
    }

    /** Nothing to read, and nobody reads what it writes. */
    public static Stdio none() {
        Stream nothing = new Stream.Nothing();
        return new Stdio(nothing, nothing, nothing);
    }

    public Stdio withInput(Fd fd) {
        return new Stdio(new Stream.Given(fd), output, error);
    }

    public Stdio withOutput(Fd fd) {
        return new Stdio(input, new Stream.Given(fd), error);
    }

    public Stdio withError(Fd fd) {
        return new Stdio(input, output, new Stream.Given(fd));
    }
}
