package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Requests to one daemon. Connections that have been read to the end of their answers are kept for the next request. Safe for
 * all threads.
 */
public final class DaemonClient implements AutoCloseable {
    /** What this client writes and reads. */
    private static final String VERSION = "1.51";

    /** What a daemon says that is older than that. */
    private static final Pattern OLDER = Pattern.compile("Maximum supported API version is (1\\.[0-9]{2})");

    private static final int MOST_IDLE = 16;
    private static final int LARGEST = 64 << 20;
    private static final int PIECE = 64 << 10;

    private final DaemonAddress address;
    private final String hint;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile String version = VERSION;

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
        // In TLS 1.3 who is refused hears of it when he reads the first answer (RFC 8446, 4.4.2.4).
        String words = why instanceof SSLException
                ? "Cannot connect to the daemon at " + address + ": " + words(why)
                        + "; does it know who has signed this command's certificate (--tlscert, --tlskey)?"
                : "the daemon at " + address + " did not answer to " + what + ": " + words(why) + hint;
        return new ApiException(ApiException.SERVER_ERROR, words, why);
    }

    /** Why, for a person. */
    static String words(IOException why) {
        return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
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

    /** Of the API, that the daemon is spoken to in. */
    String version() {
        return version;
    }

    /**
     * A request without a body, or with one.
     *
     * @param stream a body that comes in pieces, and is closed by whoever has it
     */
    record Request(String method, Query target, String headers, Optional<byte[]> body, Optional<InputStream> stream) {
        static Request of(String method, Query target) {
            return new Request(method, target, "", Optional.empty(), Optional.empty());
        }

        static Request of(String method, Query target, byte[] json) {
            return new Request(
                    method, target, "Content-Type: application/json\r\n", Optional.of(json), Optional.empty());
        }

        static Request ofArchive(String method, Query target, InputStream archive) {
            return new Request(
                    method,
                    target,
                    "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n",
                    Optional.empty(),
                    Optional.of(archive));
        }

        Request with(String header, String value) {
            return new Request(method, target, headers + header + ": " + value + "\r\n", body, stream);
        }

        /** For streams in both directions, with the connection itself. */
        Request upgraded() {
            return with("Upgrade", "tcp").with("Connection", "Upgrade");
        }

        private ByteBuffer[] bytes(DaemonAddress to, String version) {
            String host = to instanceof DaemonAddress.Tcp ? to.toString().substring("tcp://".length()) : "docker";
            byte[] content = body.orElse(new byte[0]);
            boolean hasLength = stream.isEmpty() && (content.length > 0 || !method.equals("GET"));
            String length = hasLength ? "Content-Length: " + content.length + "\r\n" : "";
            String head = method + " /v" + version + target + " HTTP/1.1\r\nHost: " + host
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
        try {
            return sendOnce(request, missing);
        } catch (ApiException e) {
            Matcher older = OLDER.matcher(e.message());
            if (e.status() != ApiException.BAD_REQUEST
                    || !older.find()
                    || older.group(1).equals(version)) {
                throw e;
            }
            version = older.group(1);
            return sendOnce(request, missing);
        }
    }

    private Response sendOnce(Request request, Missing missing) throws IOException {
        // What comes in pieces could not be sent twice.
        Optional<Connection> kept = request.stream().isPresent() ? Optional.empty() : kept();
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
            connection.write(request.bytes(address, version));
            if (request.stream().isPresent()) {
                upload(request.stream().get(), connection);
            }
            ResponseHead head = ResponseHead.read(connection);
            answered = true;
            Response response = head.status() == ResponseHead.SWITCHING
                    ? new Response(head, InputStream.nullInputStream(), connection)
                    : new Response(
                            head,
                            ResponseBody.of(
                                    head,
                                    connection,
                                    this::keep,
                                    head.hasNoBody() || request.method().equals("HEAD")),
                            connection);
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

    /** In chunks (RFC 9112, section 7.1). */
    private static void upload(InputStream from, Connection to) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int read = from.read(piece); read >= 0; read = from.read(piece)) {
            if (read > 0) {
                to.write(
                        Connection.ascii(Integer.toHexString(read) + "\r\n"),
                        ByteBuffer.wrap(piece, 0, read),
                        Connection.ascii("\r\n"));
            }
        }
        to.write(Connection.ascii("0\r\n\r\n"));
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
        try {
            return Connection.open(address);
        } catch (IOException e) {
            missing.mend(e);
            return Connection.open(address);
        }
    }

    /** A connection for whoever speaks himself. */
    public Wire dial(Missing missing) throws IOException {
        try {
            return address.connect();
        } catch (IOException e) {
            missing.mend(e);
            return address.connect();
        }
    }

    private void keep(Connection connection) {
        if (connection.isOpen() && idle.size() < MOST_IDLE) {
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    /** Closes what is kept for requests that do not come any more. */
    @Override
    public void close() {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            kept.close();
        }
    }

    /** Whether somebody answers there. */
    public boolean isAnswering() {
        try (Connection connection = Connection.open(address)) {
            return connection.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}
