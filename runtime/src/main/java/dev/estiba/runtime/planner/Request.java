package dev.estiba.runtime.planner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the native side has gathered: buffers by tag, a tag possibly more than once ({@code native/src/frame.h}). */
public final class Request {
    static final int MAGIC = 0x51455245;
    static final int VERSION = 1;
    static final int HEADER = 16;
    static final int COMPILE = 1;
    static final int CONTINUE = 2;
    static final int MAX_BODY = 64 << 20;

    /** The tags of {@code enum buffer_tag}, in its order from 1. */
    public enum Tag {
        ARGV,
        CALLER,
        CWD,
        BUNDLE,
        CONFIG,
        STATE,
        INIT,
        PROCESS,
        OWN_CGROUP,
        CGROUPS,
        RESOURCES,
        ENVIRONMENT,
        PASSWD,
        GROUP,
        GATHERED,
        STATES,
        PIDS,
        OUTPUT,
        PROBE,
        NAME,
        FILE,
        OVERLAY;

        private static final Tag[] ALL = values();

        /** The tag's number in a frame. */
        public int number() {
            return ordinal() + 1;
        }
    }

    /** One buffer. */
    public record Buffer(Tag tag, byte[] bytes) {}

    private final List<Buffer> buffers;

    public Request(List<Buffer> buffers) {
        this.buffers = List.copyOf(buffers);
    }

    /**
     * @param body what follows the header
     * @throws MalformedFrame when its lengths or tags are wrong
     */
    public static Request parse(byte[] body, int count) throws MalformedFrame {
        return parse(ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN), count);
    }

    /**
     * As {@link #parse(byte[], int)}; the buffers are copies.
     *
     * @param in little-endian, what follows the header and no more
     */
    static Request parse(ByteBuffer in, int count) throws MalformedFrame {
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (in.remaining() < 8) {
                throw new MalformedFrame("a buffer's label is cut short");
            }
            int tag = in.getInt();
            int length = in.getInt();
            int padded = (length + 3) & ~3;
            if (tag < 1 || tag > Tag.ALL.length) {
                throw new MalformedFrame("a buffer has the unknown tag " + tag);
            }
            if (length < 0 || padded < 0 || padded > in.remaining()) {
                throw new MalformedFrame("a buffer is longer than its frame");
            }
            byte[] bytes = new byte[length];
            in.get(bytes).position(in.position() + padded - length);
            buffers.add(new Buffer(Tag.ALL[tag - 1], bytes));
        }
        if (in.hasRemaining()) {
            throw new MalformedFrame("bytes follow the last buffer");
        }
        return new Request(buffers);
    }

    public List<Buffer> buffers() {
        return buffers;
    }

    public Optional<byte[]> bytes(Tag tag) {
        for (Buffer buffer : buffers) {
            if (buffer.tag() == tag) {
                return Optional.of(buffer.bytes());
            }
        }
        return Optional.empty();
    }

    public Optional<String> text(Tag tag) {
        return bytes(tag).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** NUL-terminated strings. */
    public List<String> strings(Tag tag) {
        Optional<byte[]> bytes = bytes(tag);
        return bytes.isPresent() ? strings(bytes.get()) : List.of();
    }

    /** NUL-terminated strings in a row. */
    public static List<String> strings(byte[] bytes) {
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
}
