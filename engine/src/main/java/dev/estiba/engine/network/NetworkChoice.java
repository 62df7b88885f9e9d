package dev.estiba.engine.network;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a container's request says of its network, {@code --network}. */
public sealed interface NetworkChoice {
    /** The network of containers that name none. */
    String DEFAULT = "bridge";

    String NONE = "none";
    String HOST = "host";
    String CONTAINER = "container:";
    Set<String> NONE_ALONE = Set.of(NONE);

    /** A network namespace with a loopback alone. Of {@code none} a container can be taken out, and then it can join others. */
    record None() implements NetworkChoice {}

    /** The host's. */
    record Host() implements NetworkChoice {}

    /** @param reference of the container whose network it shares */
    record Container(String reference) implements NetworkChoice {}

    /** @param wishes one of each network, that of {@code --network} first */
    record Networks(List<Wish> wishes) implements NetworkChoice {
        public Networks {
            wishes = List.copyOf(wishes);
        }
    }

    /** @param network its name, or the beginning of its id */
    record Wish(String network, EndpointSettings settings) {}

    static NetworkChoice of(CreateRequest request) {
        String mode = mode(request.hostConfig());
        Map<String, EndpointSettings> endpoints = request.networkingConfig().endpointsConfig();
        if (mode.equals(NONE) && NONE_ALONE.containsAll(endpoints.keySet())) {
            return new None();
        }
        if (mode.equals(HOST) || request.hostConfig().isolation().equals("chroot")) {
            return new Host();
        }
        if (mode.startsWith(CONTAINER)) {
            return new Container(mode.substring(CONTAINER.length()));
        }
        List<Wish> wishes = new ArrayList<>();
        // A container that was taken out of its first network has others, or none.
        if (endpoints.isEmpty()) {
            wishes.add(new Wish(mode, EndpointSettings.NOTHING));
        }
        endpoints.forEach((name, settings) -> {
            Wish wish = new Wish(name.equals("default") ? DEFAULT : name, settings);
            wishes.add(wish.network().equals(mode) ? 0 : wishes.size(), wish);
        });
        return new Networks(wishes);
    }

    /** Whether a container is in {@code none}, and was not taken out of it. */
    static boolean isInNone(CreateRequest request) {
        return of(request) instanceof None
                && request.networkingConfig().endpointsConfig().containsKey(NONE);
    }

    /** {@code --network} with its default. */
    static String mode(HostConfig host) {
        String mode = host.networkMode();
        return mode.isEmpty() || mode.equals("default") ? DEFAULT : mode;
    }
}
