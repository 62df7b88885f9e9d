package dev.estiba.cli.template;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A daemon that has always the same to say: the documents in {@code daemon/}, which are one of ours, written down. */
final class FixedDaemon implements AutoCloseable {
    private static final Map<String, String> DOCUMENTS = Map.ofEntries(
            Map.entry("/containers/web/json", "container"),
            Map.entry("/containers/hc2/json", "healthy"),
            Map.entry("/containers/json", "containers"),
            Map.entry("/images/json", "images"),
            Map.entry("/images/bench/busybox/json", "image"),
            Map.entry("/images/bench%2Fbusybox/json", "image"),
            Map.entry("/networks", "networks"),
            Map.entry("/networks/back", "network"),
            Map.entry("/volumes", "volumes"),
            Map.entry("/volumes/vol1", "volume"),
            Map.entry("/info", "info"),
            Map.entry("/version", "version"),
            Map.entry("/events", "events"));

    private final ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

    FixedDaemon(Path socket) throws IOException {
        listening.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    static byte[] document(String name) throws IOException {
        try (InputStream in = FixedDaemon.class.getResourceAsStream("daemon/" + name + ".json")) {
            return in.readAllBytes();
        }
    }

    private void serve() {
        while (true) {
            try {
                SocketChannel caller = listening.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(SocketChannel caller) {
        try (caller) {
            InputStream in = Channels.newInputStream(caller);
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                answer(caller, head);
            }
        } catch (IOException gone) {
            // The command has ended.
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int unit = in.read();
            if (unit < 0) {
                return "";
            }
            head.append((char) unit);
        }
        return head.toString();
    }

    private static void answer(SocketChannel caller, String head) throws IOException {
        String path = head.split(" ")[1].replaceFirst("^/v1\\.\\d+", "").replaceFirst("\\?.*", "");
        String name = DOCUMENTS.getOrDefault(path, "");
        boolean isPing = path.equals("/_ping");
        byte[] body = isPing
                ? "OK".getBytes(StandardCharsets.UTF_8)
                : name.isEmpty() ? "{\"message\":\"no such object\"}".getBytes(StandardCharsets.UTF_8) : document(name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String status = isPing || !name.isEmpty() ? "200 OK" : "404 Not Found";
        bytes.writeBytes(
                ("HTTP/1.1 " + status + "\r\nApi-Version: 1.50\r\nOstype: linux\r\nContent-Type: application/json"
                                + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        if (!head.startsWith("HEAD")) {
            bytes.writeBytes(body);
        }
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        while (all.hasRemaining()) {
            caller.write(all);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
