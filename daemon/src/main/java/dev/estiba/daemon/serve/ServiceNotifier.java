package dev.estiba.daemon.serve;

import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells whoever supervises this process how it is: sd_notify(3). Nothing is told where nobody asks for it by {@code NOTIFY_SOCKET}.
 * Each message stands by itself; one that cannot be sent is said in the log, and is no reason to end.
 */
public final class ServiceNotifier {
    private static final String VARIABLE = "NOTIFY_SOCKET";

    private final Optional<String> address;
    private final Consumer<String> log;

    private ServiceNotifier(Optional<String> address, Consumer<String> log) {
        this.address = address;
        this.log = log;
    }

    /** @param environment of the process */
    public static ServiceNotifier of(Map<String, String> environment, Consumer<String> log) {
        Optional<String> address =
                Optional.of(environment.getOrDefault(VARIABLE, "")).filter(each -> !each.isEmpty());
        // AF_VSOCK's (vsock:CID:PORT) are for a machine's first process.
        if (address.isPresent()
                && !address.get().startsWith("/")
                && !address.get().startsWith("@")) {
            log.accept(VARIABLE + "=" + address.get()
                    + " is neither a path nor an abstract name: nobody is told anything");
            return new ServiceNotifier(Optional.empty(), log);
        }
        return new ServiceNotifier(address, log);
    }

    /**
     * It serves from now on.
     *
     * @param pid its own: whoever has started it by a shell or the like learns which process it is
     */
    public void ready(long pid) {
        send("READY=1\nSTATUS=serving\nMAINPID=" + pid);
    }

    /** It reads its settings again; {@link #ready} follows. The time is CLOCK_MONOTONIC's, as nanoTime is on Linux. */
    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /** It ends. */
    public void stopping() {
        send("STOPPING=1\nSTATUS=ending; containers go on");
    }

    private void send(String message) {
        if (address.isEmpty()) {
            return;
        }
        try (UnixSocket socket = UnixSocket.connect(UnixSocket.Kind.DATAGRAMS, address.get())) {
            socket.send(message.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.accept("the service manager cannot be told \""
                    + message.lines().findFirst().orElse("") + "\": " + e.getMessage());
        }
    }
}
