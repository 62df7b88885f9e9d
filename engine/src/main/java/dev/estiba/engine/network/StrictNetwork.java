package dev.estiba.engine.network;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkInspect;
import dev.estiba.engine.spec.StrictSecurity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network's part of {@code --security strict}: a container that reaches no service of its host's, nor the metadata of a cloud's
 * machine, and that sends by its own addresses alone. {@code host-gateway} among its hosts is a wish to reach the host there.
 */
final class StrictNetwork {
    private static final String HOST_GATEWAY = "host-gateway";

    private StrictNetwork() {}

    static boolean isOf(CreateRequest request) {
        return StrictSecurity.confinesNetwork(request.hostConfig());
    }

    /** Whether it has been said that it is to reach the host by that name. */
    static boolean asksForHost(CreateRequest request) {
        return request.hostConfig().extraHosts().stream().anyMatch(each -> each.endsWith(HOST_GATEWAY));
    }

    /** Why a part of it does not hold of a container that is about to be made, for the person. */
    static List<String> reasons(CreateRequest request, Catalogue catalogue, Bridges bridges) throws IOException {
        List<String> reasons = new ArrayList<>();
        if (!isOf(request)
                || !(NetworkChoice.of(request) instanceof NetworkChoice.Networks(List<NetworkChoice.Wish> all))) {
            return reasons;
        }
        boolean isBridged = false;
        for (NetworkChoice.Wish wish : all) {
            Optional<NetworkInspect> network = catalogue.named(wish.network());
            boolean isFree = network.isPresent() && !network.get().driver().equals(BridgeNetwork.DRIVER);
            isBridged |= !isFree;
            if (isFree) {
                reasons.add("security strict: in the network " + wish.network()
                        + " nothing keeps it from the host's services or from others' addresses, because "
                        + (network.get().driver().equals(CniNetworks.DRIVER)
                                ? "plug-ins make it"
                                : "a network of the driver " + network.get().driver()
                                        + " does not pass by the host's firewall"));
            }
        }
        if (isBridged && asksForHost(request)) {
            reasons.add(
                    "security strict: it reaches the host's services at the addresses that host-gateway stands for, because of"
                            + " --add-host " + hostName(request.hostConfig()) + ":" + HOST_GATEWAY);
        }
        if (isBridged && !bridges.seesFrames()) {
            reasons.add(
                    "security strict: nobody looks whether it sends by its own addresses, because this kernel has no nf_tables"
                            + " of bridges (CONFIG_NF_TABLES_BRIDGE)");
        }
        return reasons;
    }

    private static String hostName(HostConfig host) {
        return host.extraHosts().stream()
                .filter(each -> each.endsWith(HOST_GATEWAY))
                .map(each -> each.substring(0, Math.max(0, each.length() - HOST_GATEWAY.length() - 1)))
                .findFirst()
                .orElse("");
    }
}
