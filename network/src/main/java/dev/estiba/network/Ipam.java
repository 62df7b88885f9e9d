package dev.estiba.network;

import dev.estiba.linux.netlink.Addresses;
import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.Routes;
import dev.estiba.network.address.AddressPool;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which subnets networks have and which addresses endpoints have, in memory alone: it is told again by the records of those who have
 * them. For several threads.
 */
final class Ipam {
    private final HostNetwork host;
    private final AddressPools defaults;
    private final RandomGenerator random;
    /** By the network's id. */
    private final Map<String, List<AddressPool>> pools = new HashMap<>();

    Ipam(HostNetwork host, AddressPools defaults, RandomGenerator random) {
        this.host = host;
        this.defaults = defaults;
        this.random = random;
    }

    /** Chooses what the request leaves open, and takes the subnets for the network. */
    synchronized NetworkConfig allocate(NetworkRequest request) throws IOException {
        if (!request.hasV4() && !request.hasV6()) {
            throw NetworkException.invalid("IPv4 or IPv6 must be enabled");
        }
        List<AddressPool> chosen = new ArrayList<>();
        for (NetworkRequest.Pool wanted : request.pools()) {
            chosen.add(pool(wanted, chosen));
        }
        boolean hasV4 = chosen.stream().anyMatch(pool -> pool.subnet().isV4());
        boolean hasV6 = chosen.stream().anyMatch(pool -> !pool.subnet().isV4());
        if (hasV4 && !request.hasV4() || hasV6 && !request.hasV6()) {
            throw NetworkException.invalid("invalid pool request: a subnet of a family that the network has not");
        }
        if (request.hasV4() && !hasV4) {
            chosen.add(new AddressPool(AddressPool.Config.of(defaults.nextV4(taken(chosen)))));
        }
        if (request.hasV6() && !hasV6) {
            chosen.add(new AddressPool(AddressPool.Config.of(defaults.nextV6(taken(chosen)))));
        }
        pools.put(request.id(), chosen);
        return new NetworkConfig(
                request.id(),
                request.name(),
                chosen.stream().map(Ipam::config).toList(),
                request.options(),
                request.isInternal(),
                request.isDefault(),
                request.parent(),
                false);
    }

    /** With the gateway that was chosen. */
    private static AddressPool.Config config(AddressPool pool) {
        AddressPool.Config config = pool.config();
        return new AddressPool.Config(config.subnet(), config.range(), Optional.of(pool.gateway()), config.auxiliary());
    }

    private AddressPool pool(NetworkRequest.Pool wanted, List<AddressPool> before) throws IOException {
        if (wanted.subnet().isEmpty()) {
            if (wanted.range().isPresent()
                    || wanted.gateway().isPresent()
                    || !wanted.auxiliary().isEmpty()) {
                throw NetworkException.invalid(
                        "invalid pool request: a gateway, a range and an auxiliary address need a subnet");
            }
            return new AddressPool(AddressPool.Config.of(defaults.nextV4(taken(before))));
        }
        Subnet subnet = wanted.subnet().get();
        boolean overlaps = networks(before).stream().anyMatch(subnet::overlaps);
        if (overlaps) {
            throw NetworkException.taken("invalid pool request: Pool overlaps with other one on this address space");
        }
        return new AddressPool(new AddressPool.Config(subnet, wanted.range(), wanted.gateway(), wanted.auxiliary()));
    }

    private List<Subnet> networks(List<AddressPool> more) {
        List<Subnet> subnets = new ArrayList<>();
        pools.values().forEach(all -> all.forEach(pool -> subnets.add(pool.subnet())));
        more.forEach(pool -> subnets.add(pool.subnet()));
        return subnets;
    }

    /** Of networks, and what the host itself speaks to. */
    private List<Subnet> taken(List<AddressPool> more) throws IOException {
        List<Subnet> subnets = networks(more);
        for (Addresses.Address address : Addresses.all(host.route())) {
            subnets.add(Subnet.of(address.address(), address.prefix()));
        }
        for (Routes.Route route : Routes.all(host.route())) {
            if (route.prefix() > 0) {
                subnets.add(Subnet.of(route.destination(), route.prefix()));
            }
        }
        return subnets;
    }

    /** Takes what a record says that a network has. */
    synchronized void restore(NetworkConfig network) throws NetworkException {
        List<AddressPool> restored = new ArrayList<>();
        for (AddressPool.Config config : network.pools()) {
            restored.add(new AddressPool(config));
        }
        pools.put(network.id(), restored);
    }

    /** The network has gone. */
    synchronized void release(String networkId) {
        pools.remove(networkId);
    }

    private synchronized List<AddressPool> of(String networkId) throws NetworkException {
        List<AddressPool> found = pools.get(networkId);
        if (found == null) {
            throw new NetworkException(NetworkException.Reason.ABSENT, "network " + networkId + " not found");
        }
        return found;
    }

    /** Takes addresses for an endpoint: those that it wants, and of each other family of the network one. */
    EndpointConfig allocate(NetworkConfig network, EndpointRequest request) throws NetworkException {
        List<InetAddress> taken = new ArrayList<>();
        try {
            for (InetAddress wanted : request.addresses()) {
                poolOf(network, wanted).take(wanted);
                taken.add(wanted);
            }
            for (boolean isV4 : new boolean[] {true, false}) {
                boolean isMissing = taken.stream().noneMatch(address -> address instanceof Inet4Address == isV4);
                if (isMissing && network.has(isV4)) {
                    taken.add(next(network, isV4, taken));
                }
            }
        } catch (NetworkException e) {
            releaseAddresses(network.id(), taken);
            throw e;
        }
        Links.Mac mac = request.mac()
                .orElseGet(() -> taken.stream()
                        .filter(Inet4Address.class::isInstance)
                        .map(address -> EndpointConfig.macOf((Inet4Address) address))
                        .findFirst()
                        .orElseGet(() -> Bridge.randomMac(random)));
        return new EndpointConfig(
                request.id(),
                request.networkId(),
                request.container(),
                taken,
                mac,
                request.device(),
                request.gatewayPriority(),
                request.linkLocal(),
                request.sysctls(),
                request.names(),
                request.links(),
                List.of());
    }

    private AddressPool poolOf(NetworkConfig network, InetAddress address) throws NetworkException {
        return of(network.id()).stream()
                .filter(pool -> pool.subnet().contains(address))
                .findFirst()
                .orElseThrow(() -> NetworkException.invalid("invalid address " + Subnet.text(address)
                        + ": It does not belong to any of this network's subnets"));
    }

    /** Of IPv6 the one as far from the subnet's first as that of IPv4: then both of them come and go together. */
    private InetAddress next(NetworkConfig network, boolean isV4, List<InetAddress> taken) throws NetworkException {
        for (AddressPool pool : of(network.id())) {
            if (pool.subnet().isV4() != isV4) {
                continue;
            }
            Optional<InetAddress> near = isV4 || taken.isEmpty()
                    ? pool.takeNext()
                    : pool.takeNear(poolOf(network, taken.getFirst()).subnet().offset(taken.getFirst()));
            if (near.isPresent()) {
                return near.get();
            }
        }
        throw new NetworkException(
                NetworkException.Reason.EXHAUSTED,
                "no available IPv" + (isV4 ? 4 : 6) + " addresses on this network's address pools: " + network.name()
                        + " (" + network.id() + ")");
    }

    /** Takes what a record says that an endpoint has. */
    void restore(EndpointConfig endpoint) throws NetworkException {
        for (InetAddress address : endpoint.addresses()) {
            AddressPool pool = of(endpoint.networkId()).stream()
                    .filter(each -> each.subnet().contains(address))
                    .findFirst()
                    .orElseThrow(() -> NetworkException.invalid("invalid address " + Subnet.text(address)
                            + ": It does not belong to any of this network's subnets"));
            pool.take(address);
        }
    }

    /** The endpoint has gone. */
    void release(EndpointConfig endpoint) {
        releaseAddresses(endpoint.networkId(), endpoint.addresses());
    }

    private synchronized void releaseAddresses(String networkId, List<InetAddress> addresses) {
        for (AddressPool pool : pools.getOrDefault(networkId, List.of())) {
            addresses.forEach(pool::release);
        }
    }
}
