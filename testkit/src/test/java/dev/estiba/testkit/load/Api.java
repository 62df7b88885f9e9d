package dev.estiba.testkit.load;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Docker API at a socket, a connection for each request: no command has to start for it. */
public record Api(Path socket) {
    private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

    /** @param text head and body as they came */
    public record Reply(int status, String text) {
        String found(Pattern pattern) throws IOException {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                throw new IOException("no " + pattern + " in: " + text);
            }
            return matcher.group(1);
        }

        Reply ok() throws IOException {
            if (status >= 400) {
                throw new IOException(text);
            }
            return this;
        }
    }

    public Reply ask(String method, String target, String json) throws IOException {
        try (SocketChannel channel = open(method, target, json, "Connection: close\r\n")) {
            String text = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!text.startsWith("HTTP/1.")) {
                throw new IOException(method + " " + target + " was answered: " + text);
            }
            return new Reply(Integer.parseInt(text.substring(9, 12)), text);
        }
    }

    public Reply get(String target) throws IOException {
        return ask("GET", target, "");
    }

    Reply post(String target, String json) throws IOException {
        return ask("POST", target, json);
    }

    /** A connection on which a request was sent. */
    SocketChannel open(String method, String target, String json, String headers) throws IOException {
        SocketChannel channel = connect();
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + target + " HTTP/1.1\r\nHost: docker\r\n" + headers
                + (json.isEmpty() ? "" : "Content-Type: application/json\r\n") + "Content-Length: " + body.length
                + "\r\n\r\n";
        send(channel, head + json);
        return channel;
    }

    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            int unused = channel.write(bytes);
        }
    }

    /** @param more members of the document, each behind a comma */
    String create(String more, String... command) throws IOException {
        String words = String.join("\",\"", command);
        Reply made = post(
                "/containers/create", "{\"Image\":\"" + LoadRoom.IMAGE + "\",\"Cmd\":[\"" + words + "\"]" + more + "}");
        return made.ok().found(ID);
    }

    void start(String id) throws IOException {
        post("/containers/" + id + "/start", "").ok();
    }

    void remove(String id) throws IOException {
        ask("DELETE", "/containers/" + id + "?force=1&v=1", "").ok();
    }

    /** The exit status of one that ends. */
    int end(String id) throws IOException {
        return Integer.parseInt(
                post("/containers/" + id + "/wait", "").ok().found(Pattern.compile("\"StatusCode\":(\\d+)")));
    }

    /** What an exec has ended with. */
    int exec(String container, String command) throws IOException {
        String document = "{\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[\"sh\",\"-c\",\"" + command + "\"]}";
        String id = post("/containers/" + container + "/exec", document).ok().found(ID);
        post("/exec/" + id + "/start", "{\"Detach\":false,\"Tty\":false}").ok();
        return Integer.parseInt(get("/exec/" + id + "/json").ok().found(Pattern.compile("\"ExitCode\":(\\d+)")));
    }

    /** All ids in a list. */
    List<String> ids(String target) throws IOException {
        return ID.matcher(get(target).ok().text())
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
