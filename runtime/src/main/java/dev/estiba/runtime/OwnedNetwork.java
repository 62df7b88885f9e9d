package dev.estiba.runtime;

import dev.estiba.linux.Fd;

/**
 * A network namespace, and the user namespace that it belongs to (user_namespaces(7)). Whoever has it closes it; who has joined them
 * keeps them.
 *
 * @param user which has ids of its own
 * @param network with nothing in it but a loopback that is down
 */
public record OwnedNetwork(Fd user, Fd network) implements AutoCloseable {
    @Override
    public void close() {
        user.close();
        network.close();
    }
}
