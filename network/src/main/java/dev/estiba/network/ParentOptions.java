package dev.estiba.network;

import dev.estiba.linux.netlink.Links;
import dev.estiba.linux.netlink.StackedLinks.Ipvlan;
import dev.estiba.linux.netlink.StackedLinks.IpvlanFlag;
import dev.estiba.linux.netlink.StackedLinks.IpvlanMode;
import dev.estiba.linux.netlink.StackedLinks.Kind;
import dev.estiba.linux.netlink.StackedLinks.Macvlan;
import dev.estiba.linux.netlink.StackedLinks.MacvlanMode;
import java.util.Map;
import java.util.Optional;

/**
 * Of a network whose containers share one of the host's devices, instead of a bridge: Docker's drivers macvlan and ipvlan.
 *
 * @param name of the device that they share; one that leads nowhere is made when empty
 */
public record ParentOptions(Kind kind, Optional<String> name) {
    public static final String MACVLAN = "macvlan";
    public static final String IPVLAN = "ipvlan";

    public ParentOptions {
        name.ifPresent(Links::checkName);
    }

    /** Reads the options of a request; those that are not of its driver are passed over, as Docker does. */
    public static ParentOptions parse(String driver, Map<String, String> options) throws NetworkException {
        Optional<String> name = Optional.ofNullable(options.get("parent")).filter(each -> !each.isEmpty());
        try {
            name.ifPresent(Links::checkName);
        } catch (IllegalArgumentException e) {
            throw NetworkException.invalid("invalid interface name: '" + name.orElse("") + "'");
        }
        if (name.equals(Optional.of("lo"))) {
            throw NetworkException.invalid("loopback interface is not a valid " + driver + " parent link");
        }
        Kind kind = driver.equals(MACVLAN) ? new Macvlan(macvlan(options)) : new Ipvlan(ipvlan(options), flag(options));
        return new ParentOptions(kind, name);
    }

    private static MacvlanMode macvlan(Map<String, String> options) throws NetworkException {
        String mode = options.getOrDefault("macvlan_mode", "");
        return switch (mode) {
            case "", "bridge" -> MacvlanMode.BRIDGE;
            case "private" -> MacvlanMode.PRIVATE;
            case "vepa" -> MacvlanMode.VEPA;
            case "passthru" -> MacvlanMode.PASSTHRU;
            default ->
                throw NetworkException.invalid("requested macvlan mode '" + mode
                        + "' is not valid, 'bridge' mode is the macvlan driver default");
        };
    }

    private static IpvlanMode ipvlan(Map<String, String> options) throws NetworkException {
        String mode = options.getOrDefault("ipvlan_mode", "");
        return switch (mode) {
            case "", "l2" -> IpvlanMode.L2;
            case "l3" -> IpvlanMode.L3;
            case "l3s" -> IpvlanMode.L3S;
            default ->
                throw NetworkException.invalid(
                        "requested ipvlan mode '" + mode + "' is not valid, 'l2' mode is the ipvlan driver default");
        };
    }

    private static IpvlanFlag flag(Map<String, String> options) throws NetworkException {
        String flag = options.getOrDefault("ipvlan_flag", "");
        return switch (flag) {
            case "", "bridge" -> IpvlanFlag.BRIDGE;
            case "private" -> IpvlanFlag.PRIVATE;
            case "vepa" -> IpvlanFlag.VEPA;
            default ->
                throw NetworkException.invalid(
                        "requested ipvlan flag '" + flag + "' is not valid, 'bridge' is the ipvlan driver default");
        };
    }

    /** Whether the host routes for the containers: then there is no gateway, and no address of a device is asked for. */
    boolean routes() {
        return kind instanceof Ipvlan ipvlan && ipvlan.mode() != IpvlanMode.L2;
    }
}
