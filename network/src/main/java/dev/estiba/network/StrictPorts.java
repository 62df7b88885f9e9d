package dev.estiba.network;

import dev.estiba.linux.Fd;
import dev.estiba.network.firewall.Firewall;
import dev.estiba.network.firewall.StrictPort;
import java.io.IOException;
import java.util.Optional;

/** The walls around containers that are kept in narrowly, which come before their devices and go behind them. */
final class StrictPorts {
    private StrictPorts() {}

    /** Joins a container, whatever it is, to a bridge; nothing is left of it when that fails. */
    static String connect(
            Firewall firewall,
            HostNetwork host,
            NetworkState.Present network,
            EndpointConfig endpoint,
            Fd namespace,
            Endpoint.Gateways gateways)
            throws IOException {
        Optional<StrictPort> strict = endpoint.strictPort(network.config().bridge());
        if (strict.isPresent()) {
            firewall.confine(strict.get());
        }
        boolean isDone = false;
        try {
            String device =
                    Endpoint.connect(host, network.config(), network.device(), endpoint, namespace, gateways, false);
            isDone = true;
            return device;
        } finally {
            if (!isDone && strict.isPresent()) {
                firewall.letGo(strict.get());
            }
        }
    }

    /** The endpoint's device has gone, or nobody is behind it any more. */
    static void letGo(Firewall firewall, NetworkConfig network, EndpointConfig endpoint) throws IOException {
        if (network.hasBridge()) {
            Optional<StrictPort> strict = endpoint.strictPort(network.bridge());
            if (strict.isPresent()) {
                firewall.letGo(strict.get());
            }
        }
    }
}
