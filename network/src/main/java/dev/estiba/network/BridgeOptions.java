package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of Docker's bridge driver.
 *
 * @param name the device's; of the network's id when empty
 * @param interContainer whether containers of the network reach one another
 * @param masquerade whether what leaves has the host's address
 * @param hostBinding the host's address that ports are published on when none is asked for
 * @param mtu 0: 1500
 * @param inhibitIpv4 the device gets no address of IPv4, and does not lose one that somebody else has given it
 * @param trustedDevices from which published or not, all ports can be reached at the containers' own addresses
 * @param sourceV4 what leaves has this address of the host
 */
public record BridgeOptions(
        Optional<String> name,
        boolean interContainer,
        boolean masquerade,
        Optional<InetAddress> hostBinding,
        GatewayMode modeV4,
        GatewayMode modeV6,
        int mtu,
        boolean inhibitIpv4,
        List<String> trustedDevices,
        Optional<InetAddress> sourceV4,
        Optional<InetAddress> sourceV6) {
    private static final String PREFIX = "com.docker.network.";
    private static final int LONGEST_MTU = 65535;

    public BridgeOptions {
        trustedDevices = List.copyOf(trustedDevices);
    }

    /** How a network and the world outside are joined. */
    public enum GatewayMode {
        /** Published ports are the host's; nothing else comes in. */
        NAT("nat"),
        /** Published ports are the host's; the containers' own addresses are open as well. */
        NAT_UNPROTECTED("nat-unprotected"),
        /** Published ports are open at the containers' own addresses, and nothing is translated. */
        ROUTED("routed"),
        /** The bridge has no address. */
        ISOLATED("isolated");

        private final String word;

        GatewayMode(String word) {
            this.word = word;
        }

        public boolean translates() {
            return this == NAT || this == NAT_UNPROTECTED;
        }

        static GatewayMode of(String key, String word) throws NetworkException {
            for (GatewayMode mode : values()) {
                if (mode.word.equals(word)) {
                    return mode;
                }
            }
            throw NetworkException.invalid(
                    "failed to parse " + key + " value: " + word + " (unknown gateway mode " + word + ")");
        }
    }

    public static BridgeOptions defaults() {
        return new BridgeOptions(
                Optional.empty(),
                true,
                true,
                Optional.empty(),
                GatewayMode.NAT,
                GatewayMode.NAT,
                0,
                false,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Reads the options of a request; those that are no bridge's are passed over, as Docker does. */
    public static BridgeOptions parse(Map<String, String> options) throws NetworkException {
        Optional<String> name = Optional.ofNullable(options.get(PREFIX + "bridge.name"));
        if (name.isPresent()) {
            checkDevice(name.get());
        }
        List<String> trusted = List.of(options.getOrDefault(PREFIX + "bridge.trusted_host_interfaces", "")
                .split(":"));
        trusted = trusted.stream().filter(each -> !each.isEmpty()).toList();
        for (String device : trusted) {
            checkDevice(device);
        }
        return new BridgeOptions(
                name,
                flag(options, "bridge.enable_icc", true),
                flag(options, "bridge.enable_ip_masquerade", true),
                address(options, "bridge.host_binding_ipv4"),
                mode(options, "bridge.gateway_mode_ipv4"),
                mode(options, "bridge.gateway_mode_ipv6"),
                mtu(options),
                flag(options, "bridge.inhibit_ipv4", false),
                trusted,
                address(options, "host_ipv4"),
                address(options, "host_ipv6"));
    }

    private static void checkDevice(String name) throws NetworkException {
        try {
            Links.checkName(name);
        } catch (IllegalArgumentException e) {
            throw NetworkException.invalid("invalid interface name: '" + name + "'");
        }
    }

    private static boolean flag(Map<String, String> options, String key, boolean otherwise) throws NetworkException {
        String value = options.get(PREFIX + key);
        return switch (value) {
            case null -> otherwise;
            // strconv.ParseBool
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default ->
                throw NetworkException.invalid("failed to parse " + PREFIX + key + " value: " + value
                        + " (strconv.ParseBool: parsing \"" + value + "\": invalid syntax)");
        };
    }

    private static Optional<InetAddress> address(Map<String, String> options, String key) throws NetworkException {
        String value = options.getOrDefault(PREFIX + key, "");
        try {
            return value.isEmpty() ? Optional.empty() : Optional.of(Subnet.parseAddress(value));
        } catch (NetworkException e) {
            throw NetworkException.invalid("failed to parse " + PREFIX + key + " value: " + value + " (nil ip)");
        }
    }

    private static GatewayMode mode(Map<String, String> options, String key) throws NetworkException {
        String value = options.getOrDefault(PREFIX + key, "");
        return value.isEmpty() ? GatewayMode.NAT : GatewayMode.of(PREFIX + key, value);
    }

    private static int mtu(Map<String, String> options) throws NetworkException {
        String value = options.getOrDefault(PREFIX + "driver.mtu", "0");
        if (!value.matches("[+-]?[0-9]+")) {
            throw NetworkException.invalid("failed to parse " + PREFIX + "driver.mtu value: " + value
                    + " (strconv.Atoi: parsing \"" + value + "\": invalid syntax)");
        }
        int mtu = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : -1;
        if (mtu < 0 || mtu > LONGEST_MTU || mtu > 0 && mtu < 68) {
            throw NetworkException.invalid("invalid MTU number: " + value);
        }
        return mtu;
    }
}
