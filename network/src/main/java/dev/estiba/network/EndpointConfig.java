package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.firewall.StrictPort;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container in a network, as its record has it.
 *
 * @param id hexadecimal, of the endpoint alone
 * @param networkId of the network
 * @param container the container's id
 * @param addresses one of each family that the network has
 * @param mac of its device
 * @param device the device's name in the container; chosen (eth0, eth1 …) when empty
 * @param gatewayPriority of a container's networks the one with the highest has its default route
 * @param linkLocal further addresses, of no subnet
 * @param sysctls of the device, as {@code net.ipv4.conf.IFNAME.log_martians}
 * @param names of the container in this network: its own, its aliases, its short id
 * @param links what the container alone calls others in this network: what they are called by all, by its own words
 * @param ports what is published of it
 * @param strict of a container that is kept in narrowly
 */
public record EndpointConfig(
        String id,
        String networkId,
        String container,
        List<InetAddress> addresses,
        Links.Mac mac,
        Optional<String> device,
        int gatewayPriority,
        List<InetAddress> linkLocal,
        Map<String, String> sysctls,
        List<String> names,
        Map<String, String> links,
        List<PublishedPort> ports,
        Optional<StrictEndpoint> strict) {
    /** What the host's ends of containers' pairs are called, with 11 digits of the endpoint's id. */
    static final String PORT_PREFIX = "estv";

    private static final int DIGITS = 11;

    public EndpointConfig {
        if (!id.matches("[0-9a-f]{12,64}")) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        addresses = List.copyOf(addresses);
        linkLocal = List.copyOf(linkLocal);
        sysctls = Map.copyOf(sysctls);
        names = List.copyOf(names);
        links = Map.copyOf(links);
        ports = List.copyOf(ports);
        device.ifPresent(Links::checkName);
        for (InetAddress address : linkLocal) {
            if (!address.isLinkLocalAddress()) {
                throw new IllegalArgumentException(Subnet.text(address) + " is no link-local address");
            }
        }
    }

    /** One of a container that is not kept in narrowly. */
    public EndpointConfig(
            String id,
            String networkId,
            String container,
            List<InetAddress> addresses,
            Links.Mac mac,
            Optional<String> device,
            int gatewayPriority,
            List<InetAddress> linkLocal,
            Map<String, String> sysctls,
            List<String> names,
            Map<String, String> links,
            List<PublishedPort> ports) {
        this(
                id,
                networkId,
                container,
                addresses,
                mac,
                device,
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                Optional.empty());
    }

    /** What the firewall knows of it, when its container is kept in narrowly. */
    Optional<StrictPort> strictPort(String bridge) {
        return strict.map(all -> {
            List<InetAddress> own = new ArrayList<>(addresses);
            own.addAll(linkLocal);
            if (own.stream().anyMatch(Inet6Address.class::isInstance)) {
                own.add(linkLocalOf(mac));
            }
            return new StrictPort(
                    hostDevice(), bridge, mac, own.stream().distinct().toList(), all.hostAddresses());
        });
    }

    /** The same, kept in narrowly. */
    public EndpointConfig confined(StrictEndpoint how) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                mac,
                device,
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                Optional.of(how));
    }

    /** The host's end of its pair. */
    String hostDevice() {
        return PORT_PREFIX + id.substring(0, DIGITS);
    }

    /** Its address of that family. */
    public Optional<InetAddress> address(boolean isV4) {
        return addresses.stream()
                .filter(address -> address instanceof Inet4Address == isV4)
                .findFirst();
    }

    /**
     * The address of the device that goes with an address: so whoever had spoken to the address' former holder is not wrong about where
     * it is, and nobody must be told.
     */
    public static Links.Mac macOf(Inet4Address address) {
        byte[] ip = address.getAddress();
        return Links.Mac.of(new byte[] {0x02, 0x42, ip[0], ip[1], ip[2], ip[3]});
    }

    /** The address that a device has of the link by itself (RFC 4291, appendix A). */
    private static InetAddress linkLocalOf(Links.Mac mac) {
        byte[] own = mac.bytes();
        byte[] address = new byte[16];
        address[0] = (byte) 0xfe;
        address[1] = (byte) 0x80;
        System.arraycopy(own, 0, address, 8, 3);
        address[8] ^= 2;
        address[11] = (byte) 0xff;
        address[12] = (byte) 0xfe;
        System.arraycopy(own, 3, address, 13, 3);
        return Subnet.address(address);
    }

    /** The same with other ports. */
    public EndpointConfig with(List<PublishedPort> others) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                mac,
                device,
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                others,
                strict);
    }

    /** The same, called otherwise. */
    public EndpointConfig calling(List<String> others) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                mac,
                device,
                gatewayPriority,
                linkLocal,
                sysctls,
                others,
                links,
                ports,
                strict);
    }

    /** The same as others have made it. */
    public EndpointConfig made(String name, List<InetAddress> others, Links.Mac address) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                others,
                address,
                Optional.of(name),
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                strict);
    }

    /** The same with a device's name and address. */
    EndpointConfig on(String name, Links.Mac address) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                address,
                Optional.of(name),
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                strict);
    }

    /** The same with a device's name. */
    EndpointConfig named(String name) {
        return new EndpointConfig(
                id,
                networkId,
                container,
                addresses,
                mac,
                Optional.of(name),
                gatewayPriority,
                linkLocal,
                sysctls,
                names,
                links,
                ports,
                strict);
    }
}
