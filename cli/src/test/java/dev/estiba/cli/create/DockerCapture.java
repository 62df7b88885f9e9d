package dev.estiba.cli.create;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs the real docker command against a server that answers its ping and keeps what it wants to create. */
final class DockerCapture implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path directory;
    private final Path socket;
    private volatile Optional<String> body = Optional.empty();

    /** What one call of docker came to: a body, or the words of a refusal. */
    record Result(Optional<String> body, String words, int status) {}

    DockerCapture(Path directory) throws IOException {
        this.directory = directory;
        socket = directory.resolve("docker.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    Result run(Map<String, String> environment, List<String> arguments) throws IOException, InterruptedException {
        body = Optional.empty();
        List<String> words = new ArrayList<>(List.of("docker", "-H", "unix://" + socket));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("DOCKER_CONFIG", directory.toString());
        Process docker = builder.start();
        String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!docker.waitFor(30, TimeUnit.SECONDS)) {
            docker.destroyForcibly();
            throw new IOException("docker does not end");
        }
        return new Result(body, output, docker.exitValue());
    }

    private void serve() {
        while (true) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(SocketChannel client) {
        try (client) {
            while (true) {
                String head = head(client);
                if (head.isEmpty()) {
                    return;
                }
                byte[] content = read(client, contentLength(head));
                if (head.contains("/containers/create")) {
                    body = Optional.of(new String(content, StandardCharsets.UTF_8));
                }
                boolean isPing = head.contains("_ping");
                String text = isPing ? "" : "{\"message\":\"captured\"}";
                String answer = (isPing ? "HTTP/1.1 200 OK" : "HTTP/1.1 409 Conflict")
                        + "\r\nApi-Version: 1.51\r\nOstype: linux\r\nContent-Type: application/json\r\nContent-Length: "
                        + text.length() + "\r\n\r\n" + text;
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException gone) {
            // docker has ended.
        }
    }

    private static String head(SocketChannel client) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            byte[] one = read(client, 1);
            if (one.length == 0) {
                return "";
            }
            head.write(one);
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static byte[] read(SocketChannel client, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (client.read(bytes) < 0) {
                return new byte[0];
            }
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
