package dev.estiba.network.dns;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A question that is passed on to servers outside, one after the other until one answers. Each time a socket of its own, with a port and
 * an id that nobody can guess, connected to the server: nothing that somebody else sends is taken for the answer.
 */
final class Exchange implements EventLoop.Handler {
    /** As long as there is another server to ask. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_SERVERS = 3;
    private static final int LONGEST = 65535;

    private final EventLoop loop;
    private final DnsQuery query;
    private final boolean isByTcp;
    private final List<InetSocketAddress> servers;
    private final RandomGenerator random;
    private final Consumer<Optional<byte[]>> done;
    private int server;
    private Optional<Fd> socket = Optional.empty();
    private Optional<EventLoop.Registration> registration = Optional.empty();
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private Optional<byte[]> failure = Optional.empty();
    private byte[] output = new byte[0];
    private int written;
    private byte[] input = new byte[0];
    private int id;
    private boolean isOver;

    /** @param done told the answer with the question's own id, once; nothing when no server has one */
    Exchange(
            EventLoop loop,
            DnsQuery query,
            boolean isByTcp,
            List<InetSocketAddress> servers,
            RandomGenerator random,
            Consumer<Optional<byte[]>> done) {
        this.loop = loop;
        this.query = query;
        this.isByTcp = isByTcp;
        this.servers = servers.stream().limit(MOST_SERVERS).toList();
        this.random = random;
        this.done = done;
    }

    void next() {
        release();
        if (server == servers.size()) {
            finish(failure);
            return;
        }
        InetSocketAddress to = servers.get(server);
        server++;
        try {
            id = random.nextInt(1 << 16);
            byte[] message = withId(query.bytes(), id);
            output = isByTcp ? framed(message) : message;
            written = 0;
            input = new byte[0];
            Transport transport = isByTcp ? Transport.TCP : Transport.UDP;
            Fd opened = InetSocket.open(transport, !(to.getAddress() instanceof Inet4Address));
            socket = Optional.of(opened);
            boolean unused = InetSocket.connect(opened, to);
            registration = Optional.of(loop.register(opened, this, true, true));
            timer = Optional.of(loop.after(server == servers.size() ? LAST_PATIENCE : PATIENCE, this::next));
        } catch (IOException e) {
            next();
        }
    }

    private static byte[] withId(byte[] message, int id) {
        byte[] copy = message.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }

    static byte[] framed(byte[] message) {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        return framed;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws IOException {
        Fd fd = socket.orElseThrow(() -> new IOException("the exchange is over"));
        if (writable && written < output.length) {
            written += InetSocket.write(fd, output, written);
            registration.orElseThrow().await(true, written < output.length);
        }
        while (readable && !isOver && socket.filter(fd::equals).isPresent()) {
            Optional<byte[]> read = InetSocket.read(fd, LONGEST);
            if (read.isEmpty()) {
                return;
            }
            if (isByTcp) {
                collect(read.get());
            } else {
                consider(read.get());
            }
        }
    }

    private void collect(byte[] more) {
        if (more.length == 0) {
            next();
            return;
        }
        int before = input.length;
        input = Arrays.copyOf(input, before + more.length);
        System.arraycopy(more, 0, input, before, more.length);
        if (input.length < 2) {
            return;
        }
        int length = DnsQuery.u16(input, 0);
        if (input.length >= 2 + length) {
            byte[] answer = Arrays.copyOfRange(input, 2, 2 + length);
            if (query.isAnsweredBy(answer, id)) {
                consider(answer);
            } else {
                next();
            }
        }
    }

    /** A server that fails or refuses may have a neighbour that does not. */
    private void consider(byte[] answer) {
        if (!query.isAnsweredBy(answer, id)) {
            return;
        }
        byte[] restored = withId(answer, query.id());
        int code = answer[3] & 15;
        if (code == DnsQuery.SERVER_FAILURE || code == DnsQuery.REFUSED) {
            failure = Optional.of(restored);
            next();
        } else {
            finish(Optional.of(restored));
        }
    }

    private void finish(Optional<byte[]> answer) {
        if (!isOver) {
            isOver = true;
            release();
            done.accept(answer);
        }
    }

    /** Nobody waits for it any more. */
    void cancel() {
        isOver = true;
        release();
    }

    private void release() {
        timer.ifPresent(EventLoop.Timer::cancel);
        registration.ifPresent(EventLoop.Registration::cancel);
        socket.ifPresent(Fd::close);
        timer = Optional.empty();
        registration = Optional.empty();
        socket = Optional.empty();
    }

    @Override
    public void failed(Throwable cause) {
        // Nobody listens there, or the loop ends.
        if (!isOver) {
            next();
        }
    }
}
