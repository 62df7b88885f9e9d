package dev.estiba.daemon.forward;

import dev.estiba.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a forwarder says of its caller.
 *
 * @param namespaces device and inode of each, in {@link Namespaces}'s order
 * @param directory the working directory's path as the caller sees it; empty when it has none any more
 */
record Call(
        List<String> arguments,
        Map<String, String> environment,
        Process process,
        List<Long> namespaces,
        String directory,
        Descriptors descriptors)
        implements AutoCloseable {
    private static final int ARGV = 1;
    private static final int CALLER = 2;
    private static final int CWD = 3;
    private static final int ENVIRONMENT = 12;
    private static final int NAMESPACES = 22;

    Call {
        arguments = List.copyOf(arguments);
        namespaces = List.copyOf(namespaces);
    }

    /**
     * The process that was called.
     *
     * @param terminals bit n is set when its descriptor n is a terminal
     * @param rows of the terminal; 0 when there is none
     */
    record Process(long uid, long gid, int umask, int terminals, int pid, int rows, int columns) {}

    /** The caller's own open files, and the two directories that its paths are looked up from. */
    record Descriptors(Fd input, Fd output, Fd error, Fd directory, Fd root) {}

    /** @param fds owned by the call when there is one, closed when there is none */
    static Call parse(ForwardFrame frame, List<Fd> fds) throws MalformedFrame {
        try {
            if (frame.kind().filter(ForwardFrame.Kind.CALL::equals).isEmpty()) {
                throw new MalformedFrame("the first frame is of kind " + frame.number());
            }
            if (fds.size() != 5) {
                throw new MalformedFrame("a call with " + fds.size() + " descriptors");
            }
            Map<Integer, byte[]> buffers = buffers(frame);
            return new Call(
                    strings(bytes(buffers, ARGV)),
                    environment(strings(bytes(buffers, ENVIRONMENT))),
                    process(bytes(buffers, CALLER)),
                    longs(bytes(buffers, NAMESPACES)),
                    new String(buffers.getOrDefault(CWD, new byte[0]), StandardCharsets.UTF_8),
                    new Descriptors(fds.get(0), fds.get(1), fds.get(2), fds.get(3), fds.get(4)));
        } catch (MalformedFrame e) {
            fds.forEach(Fd::close);
            throw e;
        }
    }

    private static Map<Integer, byte[]> buffers(ForwardFrame frame) throws MalformedFrame {
        Map<Integer, byte[]> buffers = new LinkedHashMap<>();
        ByteBuffer in = frame.in();
        while (in.hasRemaining()) {
            if (in.remaining() < 2 * Integer.BYTES) {
                throw new MalformedFrame("a buffer's head is cut short");
            }
            int tag = in.getInt();
            int length = in.getInt();
            int padded = (length + 3) & ~3;
            if (length < 0 || padded < 0 || padded > in.remaining()) {
                throw new MalformedFrame("a buffer is longer than its frame");
            }
            byte[] bytes = new byte[length];
            in.get(bytes).position(in.position() + padded - length);
            buffers.put(tag, bytes);
        }
        if (buffers.size() != frame.count()) {
            throw new MalformedFrame("a call of " + frame.count() + " buffers has " + buffers.size());
        }
        return buffers;
    }

    private static byte[] bytes(Map<Integer, byte[]> buffers, int tag) throws MalformedFrame {
        byte[] bytes = buffers.get(tag);
        if (bytes == null) {
            throw new MalformedFrame("a call without buffer " + tag);
        }
        return bytes;
    }

    private static List<String> strings(byte[] bytes) {
        List<String> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                strings.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return strings;
    }

    /** The first of a name counts, as for getenv(3); what has no "=" has no name. */
    private static Map<String, String> environment(List<String> words) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String word : words) {
            int at = word.indexOf('=');
            if (at > 0) {
                environment.putIfAbsent(word.substring(0, at), word.substring(at + 1));
            }
        }
        return environment;
    }

    private static Process process(byte[] bytes) throws MalformedFrame {
        if (bytes.length != 8 * Integer.BYTES) {
            throw new MalformedFrame("a caller of " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Process(
                Integer.toUnsignedLong(in.getInt()),
                Integer.toUnsignedLong(in.getInt()),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                in.getInt());
    }

    private static List<Long> longs(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> longs = new ArrayList<>();
        while (in.remaining() >= Long.BYTES) {
            longs.add(in.getLong());
        }
        return longs;
    }

    /** Closes what belongs to this side alone; the streams close what they write to. */
    @Override
    public void close() {
        descriptors.input().close();
        descriptors.directory().close();
        descriptors.root().close();
    }
}
