package dev.estiba.engine.log;

import dev.estiba.api.OutputStreamName;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.record.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The journal, by its native protocol: a datagram an entry (systemd, docs/JOURNAL_NATIVE_PROTOCOL.md). With the fields that dockerd's
 * driver sends.
 */
final class Journald implements LogTarget {
    private final Path socket;
    private final Map<String, String> fields;
    private Optional<UnixSocket> connected = Optional.empty();

    /**
     * @param tag what it is marked with
     * @param attributes labels and variables that are to be told; their names become a field's: letters, digits, underscores
     */
    Journald(Path socket, LogTag.Subject subject, String tag, Map<String, String> attributes) {
        this.socket = socket;
        fields = new LinkedHashMap<>();
        attributes.forEach((name, value) -> field(name).ifPresent(key -> fields.put(key, value)));
        fields.put("CONTAINER_ID", subject.id().substring(0, 12));
        fields.put("CONTAINER_ID_FULL", subject.id());
        fields.put("CONTAINER_NAME", subject.name());
        fields.put("CONTAINER_TAG", tag);
        fields.put("IMAGE_NAME", subject.imageName());
        fields.put("SYSLOG_IDENTIFIER", tag);
    }

    /** moby, daemon/logger/journald: sanitizeKeyMod. */
    private static Optional<String> field(String name) {
        String upper =
                name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_").replaceFirst("^_+", "");
        return upper.isEmpty() ? Optional.empty() : Optional.of(upper);
    }

    @Override
    public void send(LogLine line) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(512);
        String text = line.isPart()
                ? line.text()
                : line.text().substring(0, line.text().length() - 1);
        add(entry, "MESSAGE", text);
        add(entry, "PRIORITY", line.stream() == OutputStreamName.STDERR ? "3" : "6");
        fields.forEach((name, value) -> add(entry, name, value));
        if (line.isPart()) {
            add(entry, "CONTAINER_PARTIAL_MESSAGE", "true");
        }
        add(entry, "SYSLOG_TIMESTAMP", Timestamps.of(line.time()));
        try {
            connection().send(entry.toByteArray());
        } catch (ErrnoException e) {
            close();
            if (!e.is(Errno.EMSGSIZE)) {
                throw e;
            }
            // Labels of more than a datagram takes: better the line alone than no line at all.
            ByteArrayOutputStream bare = new ByteArrayOutputStream(512);
            add(bare, "MESSAGE", text);
            add(bare, "CONTAINER_ID_FULL", fields.getOrDefault("CONTAINER_ID_FULL", ""));
            connection().send(bare.toByteArray());
        }
    }

    /** A value with a line feed is preceded by its length, 64 bits, the lowest first. */
    private static void add(ByteArrayOutputStream entry, String name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        entry.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        if (value.indexOf('\n') < 0) {
            entry.write('=');
        } else {
            entry.write('\n');
            entry.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length)
                    .array());
        }
        entry.writeBytes(bytes);
        entry.write('\n');
    }

    private UnixSocket connection() throws IOException {
        if (connected.isEmpty()) {
            connected = Optional.of(UnixSocket.connect(UnixSocket.Kind.DATAGRAMS, socket.toString()));
        }
        return connected.get();
    }

    /** A datagram that was sent is the receiver's. */
    @Override
    public void settle() {
        return;
    }

    @Override
    public void close() {
        connected.ifPresent(UnixSocket::close);
        connected = Optional.empty();
    }
}
