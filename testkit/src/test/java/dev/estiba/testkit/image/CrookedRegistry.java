package dev.estiba.testkit.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A web server on this machine that answers each path with what it was given for it, and everything else with 404. */
final class CrookedRegistry implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;
    /** RFC 8446, 6.2: a fatal handshake_failure. */
    private static final byte[] TLS_REFUSED = {0x15, 3, 3, 0, 2, 2, 40};

    private final ServerSocket listener;
    private final byte[] toTls;
    private final Map<String, byte[]> answers = new LinkedHashMap<>();

    private CrookedRegistry(ServerSocket listener, byte[] toTls) {
        this.listener = listener;
        this.toTls = toTls;
    }

    static CrookedRegistry start() throws IOException {
        return at(InetAddress.ofLiteral("127.0.0.1"), TLS_REFUSED);
    }

    /** One that knows nothing of TLS, and answers it as Go's servers do. */
    static CrookedRegistry plain(InetAddress address) throws IOException {
        return at(address, "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static CrookedRegistry at(InetAddress address, byte[] toTls) throws IOException {
        CrookedRegistry registry = new CrookedRegistry(new ServerSocket(0, 50, address), toTls);
        Thread.ofPlatform().daemon().start(registry::serve);
        return registry;
    }

    String host() {
        return listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
    }

    /** @param path what it begins with; {@code /v2/} is only itself */
    synchronized CrookedRegistry at(String path, int status, String type, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] first = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(first, first.length + body.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        answers.put(path, all);
        return this;
    }

    CrookedRegistry at(String path, int status, String type, String body, String... headers) {
        return at(path, status, type, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private synchronized byte[] answer(String path) {
        byte[] found = null;
        int length = -1;
        for (Map.Entry<String, byte[]> each : answers.entrySet()) {
            boolean isIt = each.getKey().equals("/v2/") ? path.equals("/v2/") : path.startsWith(each.getKey());
            if (isIt && each.getKey().length() > length) {
                found = each.getValue();
                length = each.getKey().length();
            }
        }
        return found == null
                ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)
                : found;
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofPlatform().daemon().start(() -> talk(socket));
            } catch (IOException e) {
                return; // it has been closed
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first == TLS_HANDSHAKE) {
                socket.getOutputStream().write(toTls);
                return;
            }
            StringBuilder head = new StringBuilder().append((char) first);
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            String[] words = head.toString().split(" ");
            byte[] answer = answer(words[1]);
            int end = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
            socket.getOutputStream().write(answer, 0, words[0].equals("HEAD") ? end : answer.length);
        } catch (IOException e) {
            return; // the client has had enough
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
