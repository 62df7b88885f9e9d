package dev.estiba.doors.docker;

import java.util.List;
import java.util.Random;

/** Requests that are nearly right. */
final class Nonsense {
    private static final List<String> METHODS =
            List.of("GET", "POST", "DELETE", "PUT", "OPTIONS", "TRACE", "get", "CONNECT", "X-Y");
    private static final List<String> PARTS = List.of(
            "containers",
            "images",
            "exec",
            "json",
            "create",
            "start",
            "attach",
            "ws",
            "logs",
            "wait",
            "get",
            "load",
            "push",
            "v1.51",
            "v1.24",
            "v99999999999999999999",
            "v..",
            "_ping",
            "..",
            ".",
            "",
            "%2e%2e",
            "%2f",
            "%00",
            "%",
            "%zz",
            "%c3%28",
            "a",
            "a:b@c",
            "{name}",
            "é",
            "\0",
            "x".repeat(300));
    private static final List<String> PARAMETERS = List.of(
            "all",
            "limit",
            "filters",
            "stdout",
            "t",
            "h",
            "w",
            "signal",
            "fromImage",
            "fromSrc",
            "tag",
            "names",
            "stream",
            "since",
            "tail",
            "detachKeys",
            "condition",
            "%61ll",
            "platform");
    private static final List<String> VALUES = List.of(
            "",
            "1",
            "-1",
            "x",
            "99999999999999999999",
            "1e9",
            "{}",
            "%7B%22a%22%3A%5B%22b%22%5D%7D",
            "%7B",
            "%00",
            "a;b",
            "NaN",
            "[".repeat(200),
            "%5B".repeat(200),
            "-",
            "../../etc/passwd",
            "1.5.5",
            "ctrl-,",
            "\"");
    private static final List<String> HEADERS = List.of(
            "Upgrade: tcp",
            "Upgrade: h2c",
            "Connection: Upgrade",
            "Content-Type: application/json",
            "Content-Type: ",
            "X-Registry-Auth: e30=",
            "X-Registry-Auth: \u00ff\u00fe",
            "X-Registry-Auth: bm9uc2Vuc2U=",
            "Transfer-Encoding: chunked",
            "Content-Length: 3",
            "Content-Length: 99999999999999999999",
            "Expect: 100-continue",
            "Host: b",
            "Range: bytes=0-",
            "Sec-WebSocket-Key: x",
            "X : y",
            ": z");
    private static final List<String> BODIES = List.of(
            "", "{}", "null", "[]", "{\"Image\":5}", "{\"Cmd\":{}}", "{\"Image\":\"x\"", "\u00ff\u00fe", "0\r\n\r\n");

    private Nonsense() {}

    private static String one(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** The connection's last: it ends with the body. */
    static String request(Random random) {
        StringBuilder text = new StringBuilder(one(random, METHODS)).append(' ');
        int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            text.append('/').append(one(random, PARTS));
        }
        int parameters = random.nextInt(4);
        for (int i = 0; i < parameters; i++) {
            text.append(i == 0 ? '?' : '&')
                    .append(one(random, PARAMETERS))
                    .append('=')
                    .append(one(random, VALUES));
        }
        text.append(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        int headers = random.nextInt(3);
        for (int i = 0; i < headers; i++) {
            text.append(one(random, HEADERS)).append("\r\n");
        }
        return text.append("\r\n").append(one(random, BODIES)).toString();
    }
}
