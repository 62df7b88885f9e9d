package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkInspect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All networks by name and id, read once. Safe for all threads. */
final class Catalogue {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private final NetworkStore store;
    /** By id. */
    private final Map<String, NetworkInspect> networks = new LinkedHashMap<>();

    private Catalogue(NetworkStore store) {
        this.store = store;
    }

    static Catalogue read(NetworkStore store) throws IOException {
        Catalogue catalogue = new Catalogue(store);
        catalogue.put(predefined(NetworkChoice.DEFAULT, BridgeNetwork.DRIVER));
        catalogue.put(predefined(NetworkChoice.HOST, "host"));
        catalogue.put(predefined(NetworkChoice.NONE, "null"));
        store.all().forEach(catalogue::put);
        return catalogue;
    }

    private synchronized void put(NetworkInspect network) {
        networks.put(network.id(), network);
    }

    private static NetworkInspect predefined(String name, String driver) {
        return NetworkInspect.builder()
                .name(name)
                .id(id("estiba network " + name))
                .created(NEVER)
                .driver(driver)
                .enableIpv4(true)
                .enableIpv6(driver.equals(BridgeNetwork.DRIVER))
                .build();
    }

    /** Of a network that is the same on every machine. */
    private static String id(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it is always there. */
    static boolean isPredefined(String name) {
        return List.of(NetworkChoice.DEFAULT, NetworkChoice.HOST, NetworkChoice.NONE)
                .contains(name);
    }

    synchronized List<NetworkInspect> all() {
        return List.copyOf(networks.values());
    }

    synchronized Optional<NetworkInspect> withId(String id) {
        return Optional.ofNullable(networks.get(id));
    }

    synchronized Optional<NetworkInspect> named(String name) {
        return networks.values().stream()
                .filter(network -> network.name().equals(name))
                .findFirst();
    }

    /**
     * The network that an id, a name, or the beginning of an id stands for.
     *
     * @throws ApiException 404 when there is none, 400 when it may be several
     */
    synchronized NetworkInspect find(String reference) throws ApiException {
        NetworkInspect whole = networks.get(reference);
        if (whole != null) {
            return whole;
        }
        Optional<NetworkInspect> named = named(reference);
        if (named.isPresent()) {
            return named.get();
        }
        List<NetworkInspect> beginning = new ArrayList<>(networks.values());
        beginning.removeIf(network -> reference.isEmpty() || !network.id().startsWith(reference));
        if (beginning.size() > 1) {
            throw ApiException.badRequest("network " + reference + " is ambiguous (" + beginning.size()
                    + " matches found based on ID prefix)");
        }
        if (beginning.isEmpty()) {
            throw Refusal.unknown(reference);
        }
        return beginning.getFirst();
    }

    /** Writes a network down: from then on it is there. */
    synchronized void add(NetworkInspect network) throws IOException {
        Optional<NetworkInspect> same = named(network.name());
        if (same.isPresent() && !same.get().id().equals(network.id())) {
            throw ApiException.conflict("network with name " + network.name() + " already exists");
        }
        store.write(network);
        put(network);
    }

    /** The default network is to be made anew, when its next container comes. */
    synchronized void forgetDefault() throws IOException {
        NetworkInspect unmade = predefined(NetworkChoice.DEFAULT, BridgeNetwork.DRIVER);
        boolean isMade = named(unmade.name()).stream()
                .anyMatch(known -> !known.ipam().config().isEmpty());
        if (isMade) {
            store.remove(unmade.id());
            put(unmade);
        }
    }

    synchronized void remove(String id) throws IOException {
        store.remove(id);
        networks.remove(id);
    }
}
