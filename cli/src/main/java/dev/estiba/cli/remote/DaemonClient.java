package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Requests to one daemon. Connections that have been read to the end of their answers are kept for the next request. Safe for
 * all threads.
 */
public final class DaemonClient {
    /** What this client writes and reads. */
    private static final String VERSION = "/v1.51";

    private static final int MOST_IDLE = 16;
    private static final int LARGEST = 64 << 20;

    private final DaemonAddress address;
    private final String hint;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    public DaemonClient(DaemonAddress address) {
        this(address, "");
    }

    /** @param hint what somebody may look at when it does not answer */
    public DaemonClient(DaemonAddress address, String hint) {
        this.address = address;
        this.hint = hint;
    }

    /** What to say when it has broken off. */
    ApiException broken(String what, IOException why) {
        String words = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
        return new ApiException(
                ApiException.SERVER_ERROR,
                "the daemon at " + address + " did not answer to " + what + ": " + words + hint,
                why);
    }

    /** How it is come by a connection to a daemon that does not answer. */
    @FunctionalInterface
    public interface Missing {
        /**
         * Makes it answer, or says in words for a person why it does not.
         *
         * @param why what connecting to it has said
         */
        void mend(IOException why) throws ApiException;
    }

    public DaemonAddress address() {
        return address;
    }

    /** A request without a body, or with one. */
    record Request(String method, Query target, String headers, Optional<byte[]> body) {
        static Request of(String method, Query target) {
            return new Request(method, target, "", Optional.empty());
        }

        static Request of(String method, Query target, byte[] json) {
            return new Request(method, target, "Content-Type: application/json\r\n", Optional.of(json));
        }

        /** For streams in both directions, with the connection itself. */
        Request upgraded() {
            return new Request(method, target, headers + "Upgrade: tcp\r\nConnection: Upgrade\r\n", body);
        }

        private ByteBuffer[] bytes(DaemonAddress to) {
            String host = to instanceof DaemonAddress.Tcp ? to.toString().substring("tcp://".length()) : "docker";
            byte[] content = body.orElse(new byte[0]);
            String length =
                    content.length > 0 || !method.equals("GET") ? "Content-Length: " + content.length + "\r\n" : "";
            String head = method + " " + VERSION + target + " HTTP/1.1\r\nHost: " + host
                    + "\r\nUser-Agent: Estiba-Client\r\n" + headers + length + "\r\n";
            return new ByteBuffer[] {Connection.ascii(head), ByteBuffer.wrap(content)};
        }
    }

    /** An answer whose body is still to be read, or dropped with {@code close}. */
    record Response(ResponseHead head, InputStream body, Connection connection) implements AutoCloseable {
        byte[] all() throws IOException {
            byte[] bytes = body.readNBytes(LARGEST);
            if (bytes.length == LARGEST) {
                throw new IOException("the daemon's answer has more than " + LARGEST + " bytes");
            }
            return bytes;
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException e) {
                connection.close();
            }
        }
    }

    /**
     * Sends a request and reads the beginning of the answer.
     *
     * @throws ApiException what the daemon has answered when it refused it or failed
     */
    Response send(Request request, Missing missing) throws IOException {
        Optional<Connection> kept = kept();
        if (kept.isPresent()) {
            try {
                return exchange(request, kept.get());
            } catch (ApiException e) {
                throw e;
            } catch (IOException e) {
                // It was closed at that very moment (RFC 9112, section 9.3.1): what changes nothing is asked for once
                // more.
                if (!request.method().equals("GET")) {
                    throw e;
                }
            }
        }
        return exchange(request, connection(missing));
    }

    private Response exchange(Request request, Connection connection) throws IOException {
        boolean answered = false;
        try {
            connection.write(request.bytes(address));
            ResponseHead head = ResponseHead.read(connection);
            answered = true;
            Response response = head.status() == ResponseHead.SWITCHING
                    ? new Response(head, InputStream.nullInputStream(), connection)
                    : new Response(head, ResponseBody.of(head, connection, this::keep), connection);
            if (head.status() >= 400) {
                throw refused(response);
            }
            return response;
        } finally {
            if (!answered) {
                connection.close();
            }
        }
    }

    private static ApiException refused(Response response) throws IOException {
        try (response) {
            byte[] bytes = response.all();
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            String message;
            try {
                message = Body.ERROR_RESPONSE.read(bytes).message();
            } catch (ApiException e) {
                message = text;
            }
            int status = response.head().status();
            return new ApiException(status, message.isEmpty() ? "the daemon answered with status " + status : message);
        }
    }

    private Optional<Connection> kept() {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (!kept.isStale()) {
                return Optional.of(kept);
            }
            kept.close();
        }
        return Optional.empty();
    }

    private Connection connection(Missing missing) throws IOException {
        SocketAddress to = address.socketAddress();
        try {
            return Connection.open(to);
        } catch (IOException e) {
            missing.mend(e);
            return Connection.open(to);
        }
    }

    private void keep(Connection connection) {
        if (connection.isOpen() && idle.size() < MOST_IDLE) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    /** Whether somebody answers there. */
    public boolean isAnswering() {
        try (Connection connection = Connection.open(address.socketAddress())) {
            return connection.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}
