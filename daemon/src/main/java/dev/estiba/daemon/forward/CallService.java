package dev.estiba.daemon.forward;

import dev.estiba.linux.UnixSocket;
import dev.estiba.runtime.resident.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One forwarder's call, from HELLO to EXIT. The thread that has accepted it runs the program; another one listens to the
 * forwarder meanwhile.
 */
public final class CallService implements Service<CallerConnection> {
    private static final int FAILED = 125;

    private final CommandProgram program;
    private final Optional<List<Long>> namespaces;
    private final Consumer<String> log;

    private CallService(CommandProgram program, Optional<List<Long>> namespaces, Consumer<String> log) {
        this.program = program;
        this.namespaces = namespaces;
        this.log = log;
    }

    /**
     * For callers of this process's own namespaces; others are told to go elsewhere.
     *
     * @param log takes a line for whoever runs this
     */
    public static CallService here(CommandProgram program, Consumer<String> log) throws IOException {
        return new CallService(program, Optional.of(Namespaces.own()), log);
    }

    /** For the one caller that has started this JVM. */
    public static CallService alone(CommandProgram program, Consumer<String> log) {
        return new CallService(program, Optional.empty(), log);
    }

    @Override
    public boolean serve(CallerConnection connection) {
        UnixSocket socket = connection.socket();
        Link link = new Link(socket);
        try {
            link.send(ForwardFrame.Kind.HELLO);
            Optional<ForwardFrame> first = link.read();
            if (first.isEmpty()) {
                return false; // it had given up on us, and goes on with another JVM
            }
            try (Call call = Call.parse(first.get(), link.takeDescriptors())) {
                if (!isFor(call)) {
                    call.descriptors().output().close();
                    call.descriptors().error().close();
                    link.send(ForwardFrame.Kind.ELSEWHERE);
                    return false;
                }
                serve(call, link, socket);
            }
        } catch (MalformedFrame e) {
            log.accept("refused a connection: " + e.getMessage());
        } catch (IOException e) {
            log.accept("a connection broke: " + e.getMessage());
        } finally {
            link.takeDescriptors().forEach(fd -> fd.close());
        }
        return true;
    }

    private boolean isFor(Call call) {
        boolean sees = namespaces.isEmpty() || namespaces.get().equals(call.namespaces());
        return sees && program.takes(call.process().uid(), call.arguments(), call.environment());
    }

    private void serve(Call call, Link link, UnixSocket socket) throws IOException {
        ForwardedCaller caller = new ForwardedCaller(call, link);
        Thread listener = Thread.ofPlatform()
                .name("forwarder-" + call.process().pid())
                .daemon(true)
                .start(() -> listen(caller));
        try {
            caller.finish(run(caller));
        } catch (IOException e) {
            log.accept("the end of a call has reached nobody: " + e.getMessage());
        } finally {
            socket.shutdown();
            awaitEnd(listener);
        }
    }

    private void listen(ForwardedCaller caller) {
        try {
            caller.listen();
        } catch (MalformedFrame | IOException | RuntimeException e) {
            log.accept("a forwarder is no longer heard: " + trace(e));
        }
    }

    private int run(ForwardedCaller caller) {
        try {
            return program.run(caller) & 0xff;
        } catch (RuntimeException | Error e) {
            if (!caller.gone()) {
                log.accept("a call could not be carried out: " + trace(e));
                tell(caller, "estiba: a mistake in this program has ended the call; the log of its JVM says where\n");
            }
            return FAILED;
        }
    }

    private static void tell(ForwardedCaller caller, String sentence) {
        try {
            caller.err().write(sentence.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return; // nobody is there to read it
        }
    }

    private static String trace(Throwable e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** The listener wakes this thread for the program's sake; a wake-up that comes late must not reach the next call. */
    private static void awaitEnd(Thread listener) {
        boolean ended = false;
        while (!ended) {
            try {
                listener.join();
                ended = true;
            } catch (InterruptedException e) {
                continue; // of no use to anybody: the program has ended
            }
        }
        Thread.interrupted();
    }
}
