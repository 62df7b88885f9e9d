package dev.estiba.registry.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * A server on this machine that answers as its script says, byte by byte if it must: so it can do what no honest server does.
 * It remembers everything that it was sent.
 */
public final class ScriptedServer implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket listener;
    private final String scheme;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What to answer. */
    @FunctionalInterface
    public interface Script {
        void answer(Request request, Reply reply) throws IOException;
    }

    /** @param headers by names in lower case */
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        public String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }

        public String query() {
            int query = target.indexOf('?');
            return query < 0 ? "" : target.substring(query + 1);
        }

        /** Everything as text, to look for secrets in. */
        public String whole() {
            return method + " " + target + " " + headers + " " + new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    /** The way back. */
    public final class Reply {
        private final Socket socket;
        private final OutputStream out;
        private boolean isHead;

        private Reply(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        public void send(int status, Map<String, String> headers, byte[] body) throws IOException {
            head(status, headers, body.length);
            if (!isHead) {
                raw(body);
            }
        }

        public void send(int status) throws IOException {
            send(status, Map.of(), new byte[0]);
        }

        public void json(int status, String text) throws IOException {
            send(status, Map.of("Content-Type", "application/json"), text.getBytes(StandardCharsets.UTF_8));
        }

        /** Only the head; a negative length is not said. */
        public void head(int status, Map<String, String> headers, long length) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
            headers.forEach((name, value) -> {
                for (String line : value.split("\n", -1)) {
                    head.append(name).append(": ").append(line).append("\r\n");
                }
            });
            if (length >= 0 && status != 204 && status != 304) {
                head.append("Content-Length: ").append(length).append("\r\n");
            }
            raw(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        public void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** So that the other side's next read fails, with nothing in between (SO_LINGER 0: RST). */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        public void hangUp() throws IOException {
            socket.close();
        }

        /** Says nothing until the server is closed, or for that long. */
        public void silence(long millis) throws IOException {
            try {
                if (closed.await(millis, TimeUnit.MILLISECONDS)) {
                    throw new EOFException("the server is closed");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        public void silence() throws IOException {
            silence(600_000);
        }
    }

    private ScriptedServer(ServerSocket listener, String scheme, Script script) {
        this.listener = listener;
        this.scheme = scheme;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public static ScriptedServer plain(Script script) throws IOException {
        return on(ServerSocketFactory.getDefault(), "http", script);
    }

    public static ScriptedServer on(ServerSocketFactory sockets, String scheme, Script script) throws IOException {
        return new ScriptedServer(
                sockets.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), scheme, script);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** As it stands in names. */
    public String host() {
        return "127.0.0.1:" + port();
    }

    public String url() {
        return scheme + "://" + host();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<String> lines() {
        return requests.stream()
                .map(each -> each.method() + " " + each.target())
                .toList();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
            Reply reply = new Reply(socket);
            int first = in.read();
            if (first == TLS_HANDSHAKE || first < 0) {
                // As Go's server answers, which is what a client meets that tries TLS first.
                reply.raw("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            in.unread(first);
            for (Optional<Request> request = read(in, reply); request.isPresent(); request = read(in, reply)) {
                requests.add(request.get());
                reply.isHead = request.get().method().equals("HEAD");
                script.answer(request.get(), reply);
            }
        } catch (IOException | RuntimeException e) {
            // The other side has had enough, or was given something that ends a connection.
        } finally {
            open.remove(socket);
        }
    }

    private static Optional<Request> read(InputStream in, Reply reply) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        String[] words = first.split(" ", -1);
        if (headers.getOrDefault("expect", "").equals("100-continue")) {
            reply.raw("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        return Optional.of(new Request(words[0], words[1], headers, body(in, headers)));
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                all.writeBytes(exactly(in, size));
                line(in);
            }
            line(in);
            return all.toByteArray();
        }
        return exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the other side has not sent all");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        List<Byte> bytes = new ArrayList<>();
        for (int unit = in.read(); unit >= 0 && unit != '\n'; unit = in.read()) {
            if (unit != '\r') {
                bytes.add((byte) unit);
            }
        }
        byte[] line = new byte[bytes.size()];
        for (int i = 0; i < line.length; i++) {
            line[i] = bytes.get(i);
        }
        return new String(line, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
