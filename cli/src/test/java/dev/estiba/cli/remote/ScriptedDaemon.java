package dev.estiba.cli.remote;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Answers each request with the next of the given texts, whatever it was; one that ends with {@link #HANG_UP} is the last. */
final class ScriptedDaemon implements AutoCloseable {
    static final String HANG_UP = "\0";

    private final ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> answers;
    private final Path path;
    private int connections;
    private int answered;

    ScriptedDaemon(Path path, String... answers) throws IOException {
        this.path = path;
        this.answers = List.of(answers);
        listening.bind(UnixDomainSocketAddress.of(path));
        Thread.ofPlatform().daemon(true).start(this::serve);
    }

    DaemonClient client() {
        return new DaemonClient(new DaemonAddress.Unix(path));
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    synchronized int connections() {
        return connections;
    }

    private synchronized void connected() {
        connections++;
    }

    private synchronized String next() {
        return answered < answers.size() ? answers.get(answered++) : HANG_UP;
    }

    private void serve() {
        while (true) {
            try (SocketChannel caller = listening.accept()) {
                connected();
                serve(caller);
            } catch (IOException e) {
                if (!listening.isOpen()) {
                    return;
                }
            }
        }
    }

    private void serve(SocketChannel caller) throws IOException {
        var in = Channels.newInputStream(caller);
        while (true) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    return;
                }
                head.append((char) c);
            }
            int at = head.indexOf("Content-Length: ");
            int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
            requests.add(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            String answer = next();
            boolean last = answer.endsWith(HANG_UP);
            caller.write(ByteBuffer.wrap(answer.replace(HANG_UP, "").getBytes(StandardCharsets.ISO_8859_1)));
            if (last) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
