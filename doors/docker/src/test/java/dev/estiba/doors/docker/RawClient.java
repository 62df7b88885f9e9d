package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** A client that sends what it is told, byte for byte, and keeps what comes. */
final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SocketChannel socket;
    private final Selector selector;
    private final ByteArrayOutputStream come = new ByteArrayOutputStream();
    private boolean isOver;

    private RawClient(SocketChannel socket, Selector selector) {
        this.socket = socket;
        this.selector = selector;
    }

    static RawClient connect(Path path) throws IOException {
        SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path));
        socket.configureBlocking(false);
        Selector selector = Selector.open();
        socket.register(selector, SelectionKey.OP_READ);
        return new RawClient(socket, selector);
    }

    /** What one request is answered with when it is the connection's last. */
    static String ask(Path path, String request) throws IOException {
        try (RawClient client = connect(path)) {
            client.send(request);
            return client.rest();
        }
    }

    static String request(String method, String target, String headers, String body) {
        return method + " " + target + " HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n" + headers
                + (body.isEmpty() ? "" : "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n")
                + "\r\n" + body;
    }

    static String get(Path path, String target) throws IOException {
        return ask(path, request("GET", target, "", ""));
    }

    static String post(Path path, String target, String json) throws IOException {
        return ask(path, request("POST", target, "Content-Type: application/json\r\n", json));
    }

    static int status(String answer) {
        assertThat(answer).startsWith("HTTP/1.");
        return Integer.parseInt(answer.substring(9, 12));
    }

    static String body(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        assertThat(end).as("the head's end in: %s", answer).isPositive();
        String head = answer.substring(0, end).toLowerCase(Locale.ROOT);
        String body = answer.substring(end + 4);
        return head.contains("transfer-encoding: chunked") ? unchunked(body) : body;
    }

    private static String unchunked(String body) {
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int line = body.indexOf("\r\n", at);
            int length = Integer.parseInt(body.substring(at, line), 16);
            if (length == 0) {
                return whole.toString();
            }
            whole.append(body, line + 2, line + 2 + length);
            at = line + 4 + length;
        }
        throw new AssertionError("there is no last chunk in: " + body);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads meanwhile, so that two that both write do not wait for each other. A client that was told off may not get rid of all. */
    void send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (out.hasRemaining()) {
                if (socket.write(out) == 0) {
                    read(Duration.ofMillis(10));
                    assertThat(System.nanoTime()).as("nobody reads").isLessThan(end);
                }
            }
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset( by peer)?");
        }
    }

    /** As much as is taken without being read. */
    long sendWhile(byte[] bytes, Duration quiet) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        long last = System.nanoTime();
        while (out.hasRemaining() && System.nanoTime() - last < quiet.toNanos()) {
            if (socket.write(out) > 0) {
                last = System.nanoTime();
            } else {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        }
        return out.position();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    private boolean read(Duration patience) throws IOException {
        selector.select(Math.max(1, patience.toMillis()));
        selector.selectedKeys().clear();
        ByteBuffer in = ByteBuffer.allocate(64 << 10);
        int count;
        try {
            count = socket.read(in);
        } catch (IOException e) {
            count = -1; // a reset
        }
        if (count < 0) {
            isOver = true;
        } else {
            come.write(in.array(), 0, count);
        }
        return count > 0;
    }

    /** Everything until the server ends the connection. */
    String rest() throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isOver) {
            read(Duration.ofSeconds(1));
            assertThat(System.nanoTime())
                    .as("the connection stays open after: %s", text())
                    .isLessThan(end);
        }
        return text();
    }

    /** Everything until such a text has come. */
    String until(String text) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!text().contains(text)) {
            assertThat(isOver).as("the connection has ended after: %s", text()).isFalse();
            read(Duration.ofSeconds(1));
            assertThat(System.nanoTime()).as("does not come after: %s", text()).isLessThan(end);
        }
        return text();
    }

    /** What has come so far. */
    String text() {
        return come.toString(StandardCharsets.ISO_8859_1);
    }

    boolean isOver() throws IOException {
        if (!isOver) {
            read(Duration.ofMillis(1));
        }
        return isOver;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        socket.close();
    }
}
