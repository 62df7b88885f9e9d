package dev.estiba.engine.network;

import dev.estiba.network.EndpointConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a container has been given of networks in this run: a file of its run directory, which is there before anything is made.
 *
 * @param places in the order of its wishes
 */
public record Given(List<Place> places) {
    /** The file's name. */
    public static final String FILE = "network.json";

    public static final Given NOTHING = new Given(List.of());

    public Given {
        places = List.copyOf(places);
    }

    /**
     * A place in a network.
     *
     * @param network its name
     * @param gateways the network's, of each family that it has one of
     * @param prefixes how long its subnets' prefixes are, of the endpoint's addresses
     */
    public record Place(String network, EndpointConfig endpoint, List<InetAddress> gateways, List<Integer> prefixes) {
        public Place {
            gateways = List.copyOf(gateways);
            prefixes = List.copyOf(prefixes);
        }

        Place with(EndpointConfig other) {
            return new Place(network, other, gateways, prefixes);
        }

        /** Of the address of that family; 0 when it has none. */
        int prefix(boolean isV4) {
            return endpoint.address(isV4)
                    .map(address -> prefixes.get(endpoint.addresses().indexOf(address)))
                    .orElse(0);
        }
    }

    Optional<Place> place(String networkId) {
        return places.stream()
                .filter(place -> place.endpoint().networkId().equals(networkId))
                .findFirst();
    }

    /** With that place, which takes the one of the same endpoint. */
    Given with(Place place) {
        List<Place> all = new ArrayList<>(places);
        int at = -1;
        for (int i = 0; i < all.size(); i++) {
            at = all.get(i).endpoint().id().equals(place.endpoint().id()) ? i : at;
        }
        if (at < 0) {
            all.add(place);
        } else {
            all.set(at, place);
        }
        return new Given(all);
    }

    Given without(String networkId) {
        return new Given(places.stream()
                .filter(place -> !place.endpoint().networkId().equals(networkId))
                .toList());
    }

    /** Whether it is told names by a resolver of ours: in any network that a user has made. */
    public boolean hasResolver() {
        return places.stream().anyMatch(place -> !Catalogue.isPredefined(place.network()));
    }

    /** All its addresses, in the networks' order. */
    public List<InetAddress> addresses() {
        return places.stream()
                .flatMap(place -> place.endpoint().addresses().stream())
                .toList();
    }
}
