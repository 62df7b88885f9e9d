package dev.estiba.registry.server;

import java.nio.channels.FileChannel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param headers without the length, which follows from the body
 */
record Reply(int status, Map<String, String> headers, Body body) {
    Reply {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    sealed interface Body {
        long length();
    }

    /** @param bytes the reply's own */
    record Bytes(byte[] bytes) implements Body {
        @Override
        public long length() {
            return bytes.length;
        }
    }

    /**
     * A part of a file. Whoever sends the reply, or does not send it, lets go of the file.
     *
     * @param arrival how much of the file is there, and who is to hear that it is needed no more
     */
    record Part(FileChannel file, long offset, long length, Arrival arrival) implements Body {}

    static Reply of(int status) {
        return new Reply(status, Map.of(), new Bytes(new byte[0]));
    }

    /** Nobody has foreseen it. */
    static Reply failed(String why) {
        System.getLogger(RegistryServer.class.getName()).log(System.Logger.Level.WARNING, "a request failed: {0}", why);
        return of(500).with("Content-Type", "application/json")
                .body(Refused.json(
                        ErrorCode.UNKNOWN, "the request could not be carried out; the server's log says why"));
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body);
    }

    Reply body(byte[] bytes) {
        return new Reply(status, headers, new Bytes(bytes));
    }

    Reply body(Part part) {
        return new Reply(status, headers, part);
    }
}
