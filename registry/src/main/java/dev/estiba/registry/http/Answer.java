package dev.estiba.registry.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server has answered.
 *
 * @param call what it has answered to
 * @param body unverified, with a time for each next byte; whoever has the answer closes it
 */
public record Answer(Call call, int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
    /** What is read of an error's text (containerd's bound). */
    public static final int MOST_OF_ERROR = 64 << 10;

    public URI uri() {
        return call.uri();
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    public List<String> all(String name) {
        return headers.allValues(name);
    }

    /** What it says how long it is; empty when it does not, or not in a number. */
    public OptionalLong length() {
        try {
            return headers.firstValueAsLong("Content-Length");
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The whole body.
     *
     * @throws TooLong when there is more
     */
    public byte[] document(int most) throws IOException {
        if (length().orElse(0) > most) {
            throw new TooLong(Failures.place(uri()), most);
        }
        byte[] bytes = upTo(most + 1);
        if (bytes.length > most) {
            throw new TooLong(Failures.place(uri()), most);
        }
        return bytes;
    }

    /** The beginning of an error's text; what breaks off is an error without more text. */
    public byte[] error() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            copy(bytes, MOST_OF_ERROR);
        } catch (IOException e) {
            return bytes.toByteArray(); // the status has said already that it failed
        }
        return bytes.toByteArray();
    }

    private byte[] upTo(int most) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(bytes, most);
        return bytes.toByteArray();
    }

    private void copy(ByteArrayOutputStream to, int most) throws IOException {
        byte[] buffer = new byte[8 << 10];
        int count = 0;
        while (count >= 0 && to.size() < most) {
            count = body.read(buffer, 0, Math.min(buffer.length, most - to.size()));
            to.write(buffer, 0, Math.max(0, count));
        }
    }

    /** Reads what is left of a short answer, so that its connection can be used again, and closes it. */
    public void discard() {
        error();
        close();
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // ours never does
        }
    }

    @Override
    public String toString() {
        return status + " to " + call;
    }
}
