package dev.estiba.network.dns;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.linux.InetSocket.Datagram;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Answers one container's questions: names of its networks by itself, all others by servers that the host can reach. A container has so
 * many questions at a time; what is more is refused, and takes nothing from others.
 */
public final class Resolver implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Resolver.class.getName());
    private static final int MOST_QUESTIONS = 256;
    private static final int MOST_CONNECTIONS = 32;
    private static final int LONGEST = 4096;
    private static final int AT_ONCE = 32;

    private final EventLoop loop;
    private final Names names;
    private final RandomGenerator random;
    private final DnsSockets sockets;
    private final Set<Exchange> exchanges = new HashSet<>();
    private final Set<DnsConnection> connections = new HashSet<>();
    private final List<EventLoop.Registration> registrations = new ArrayList<>();

    /** What a container can be told. For the loop's thread, and quick. */
    public interface Names {
        /** The addresses of a name, small and without a last dot; empty when no container of its networks has that name. */
        Optional<List<InetAddress>> find(String name);

        /** The name of an address of its networks; empty when nobody has it, or it is not of them. */
        Optional<String> find(InetAddress address);

        /** Whether an address is of its networks, so that nobody outside knows better. */
        boolean isInside(InetAddress address);

        /** Where other questions are passed on to; empty when the container's networks lead nowhere. */
        List<InetSocketAddress> servers();
    }

    private Resolver(EventLoop loop, DnsSockets sockets, Names names, RandomGenerator random) {
        this.loop = loop;
        this.sockets = sockets;
        this.names = names;
        this.random = random;
    }

    /**
     * Begins to answer.
     *
     * @param loop in the namespace from which servers are asked
     * @param sockets which {@link #close} closes
     * @param random which nobody can guess
     */
    public static Resolver start(EventLoop loop, DnsSockets sockets, Names names, RandomGenerator random)
            throws IOException {
        return loop.call(() -> {
            Resolver resolver = new Resolver(loop, sockets, names, random);
            resolver.registrations.add(
                    loop.register(sockets.datagrams(), resolver.handler(resolver::datagrams), true, false));
            resolver.registrations.add(
                    loop.register(sockets.connections(), resolver.handler(resolver::connection), true, false));
            return resolver;
        });
    }

    @FunctionalInterface
    private interface Step {
        void go() throws IOException;
    }

    private EventLoop.Handler handler(Step step) {
        return new EventLoop.Handler() {
            @Override
            public void ready(boolean readable, boolean writable) throws IOException {
                step.go();
            }

            @Override
            public void failed(Throwable cause) {
                LOG.log(Level.WARNING, "a container's resolver has ended", cause);
                end();
            }
        };
    }

    private void datagrams() {
        for (int i = 0; i < AT_ONCE; i++) {
            try {
                Optional<Datagram> datagram = InetSocket.receive(sockets.datagrams(), LONGEST);
                if (datagram.isEmpty()) {
                    return;
                }
                InetSocketAddress from = datagram.get().from();
                answer(datagram.get().bytes(), false, answer -> send(answer, from));
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a question is lost", e);
            }
        }
    }

    private void send(byte[] answer, InetSocketAddress to) {
        try {
            boolean unused = InetSocket.send(sockets.datagrams(), answer, to);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "an answer is lost", e);
        }
    }

    private void connection() throws IOException {
        Optional<Fd> caller = InetSocket.accept(sockets.connections());
        if (caller.isEmpty()) {
            return;
        }
        if (connections.size() >= MOST_CONNECTIONS) {
            caller.get().close();
            return;
        }
        DnsConnection connection = new DnsConnection(
                loop, caller.get(), (question, answer) -> answer(question, true, answer), connections::remove);
        connections.add(connection);
        connection.begin();
    }

    /** Answers a message, now or later, or never when it is none. */
    private void answer(byte[] message, boolean isByTcp, Consumer<byte[]> to) {
        switch (DnsQuery.read(message)) {
            case DnsQuery.Reading.Nothing() -> {}
            case DnsQuery.Reading.Refusal(int code) -> to.accept(DnsAnswer.refusal(message, code));
            case DnsQuery.Reading.Question(DnsQuery query) -> {
                Optional<byte[]> own = own(query);
                if (own.isPresent()) {
                    to.accept(fitting(query, own.get(), isByTcp));
                } else {
                    passOn(query, isByTcp, to);
                }
            }
        }
    }

    private static byte[] fitting(DnsQuery query, byte[] answer, boolean isByTcp) {
        return isByTcp || answer.length <= query.limit() ? answer : query.truncated(answer);
    }

    private Optional<byte[]> own(DnsQuery query) {
        if (query.dnsClass() != DnsQuery.INTERNET || query.name().isEmpty()) {
            return Optional.empty();
        }
        String name = query.name().get();
        if (query.type() == DnsQuery.PTR) {
            Optional<InetAddress> address = DnsAnswer.reverse(name);
            if (address.isEmpty() || !names.isInside(address.get())) {
                return Optional.empty();
            }
            return Optional.of(names.find(address.get())
                    .map(found -> DnsAnswer.name(query, found))
                    .orElseGet(() -> DnsAnswer.of(query, DnsQuery.NAME_ERROR)));
        }
        return names.find(name).map(addresses -> {
            List<InetAddress> fitting = new ArrayList<>(addresses.stream()
                    .filter(address -> query.type() == (address instanceof Inet4Address ? DnsQuery.A : DnsQuery.AAAA))
                    .toList());
            // Whoever takes the first gets another one each time.
            Collections.shuffle(fitting, Random.from(random));
            return DnsAnswer.addresses(query, fitting);
        });
    }

    private void passOn(DnsQuery query, boolean isByTcp, Consumer<byte[]> to) {
        List<InetSocketAddress> servers = names.servers();
        if (servers.isEmpty() || exchanges.size() >= MOST_QUESTIONS) {
            to.accept(DnsAnswer.of(query, DnsQuery.REFUSED));
            return;
        }
        Exchange[] own = new Exchange[1];
        Exchange exchange = new Exchange(loop, query, isByTcp, servers, random, answer -> {
            exchanges.remove(own[0]);
            to.accept(answer.map(it -> fitting(query, it, isByTcp))
                    .orElseGet(() -> DnsAnswer.of(query, DnsQuery.SERVER_FAILURE)));
        });
        own[0] = exchange;
        exchanges.add(exchange);
        exchange.next();
    }

    private void end() {
        registrations.forEach(EventLoop.Registration::cancel);
        Set.copyOf(exchanges).forEach(Exchange::cancel);
        exchanges.clear();
        Set.copyOf(connections).forEach(DnsConnection::close);
    }

    /** Closes the sockets; the loop has ended. */
    public void letGo() {
        sockets.close();
    }

    /** Ends the service and closes the sockets. For any other thread than the loop's. */
    @Override
    public void close() throws IOException {
        try {
            boolean unused = loop.call(() -> {
                end();
                return true;
            });
        } finally {
            sockets.close();
        }
    }
}
