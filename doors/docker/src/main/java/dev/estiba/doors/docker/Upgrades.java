package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** The heads that begin a hijacked connection. */
final class Upgrades {
    /** RFC 6455, 1.3. */
    private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Upgrades() {}

    /** With {@code Upgrade} the type says whether there are frames; without, it is what it always was. */
    static Hijack.Start bytes(Exchange exchange, boolean isFramed) {
        String head = exchange.wantsUpgrade()
                ? "HTTP/1.1 101 UPGRADED\r\nContent-Type: "
                        + StdioFrames.contentType(exchange.version(), isFramed)
                        + "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
                : "HTTP/1.1 200 OK\r\nContent-Type: " + StdioFrames.RAW + "\r\n\r\n";
        return new Hijack.Start.Bytes(head.getBytes(StandardCharsets.US_ASCII));
    }

    static Hijack.Start webSocket(Exchange exchange) throws ApiException {
        HttpHeaders headers = exchange.head().headers();
        String key = headers.get("Sec-WebSocket-Key", "");
        boolean isAsked = headers.get("Upgrade", "").toLowerCase(Locale.ROOT).equals("websocket")
                && headers.get("Connection", "").toLowerCase(Locale.ROOT).contains("upgrade")
                && headers.get("Sec-WebSocket-Version", "").equals("13")
                && key.matches("[A-Za-z0-9+/]{22}==");
        if (!isAsked) {
            throw ApiException.badRequest("not websocket protocol");
        }
        String head =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n\r\n";
        return new Hijack.Start.WebSocket(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + WEBSOCKET).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
