package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.NetworkIpam;
import dev.estiba.api.NetworkIpamConfig;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What somebody says of a network's addresses, looked at before anything else of it: moby, api/types/network, ValidateIPAM. */
final class IpamCheck {
    private final List<String> errors = new ArrayList<>();

    private IpamCheck() {}

    /** @throws ApiException 400 with all that is wrong with it */
    static void check(NetworkIpam ipam, boolean hasV6) throws ApiException {
        IpamCheck check = new IpamCheck();
        for (NetworkIpamConfig config : ipam.config()) {
            check.look(config, hasV6);
        }
        if (!check.errors.isEmpty()) {
            throw ApiException.badRequest("invalid network config:\n" + joined(check.errors));
        }
    }

    /** Several errors are a list. */
    static String joined(List<String> errors) {
        return errors.size() == 1 ? errors.getFirst() : "* " + String.join("\n* ", errors);
    }

    private void look(NetworkIpamConfig config, boolean hasV6) {
        if (config.subnet().isEmpty()) {
            return; // one is chosen
        }
        Optional<Subnet> subnet = subnet("subnet", config.subnet());
        if (subnet.isEmpty() || !subnet.get().isV4() && !hasV6) {
            return;
        }
        if (!config.ipRange().isEmpty()) {
            Optional<Subnet> range = subnet("ip-range", config.ipRange());
            range.flatMap(part -> outside(subnet.get(), part.first(), "ip-range"))
                    .ifPresent(why -> errors.add("invalid ip-range " + config.ipRange() + ": " + why));
        }
        if (!config.gateway().isEmpty()) {
            address(subnet.get(), config.gateway())
                    .ifPresent(why -> errors.add("invalid gateway " + config.gateway() + ": " + why));
        }
        for (Map.Entry<String, String> each : config.auxiliaryAddresses().entrySet()) {
            address(subnet.get(), each.getValue())
                    .ifPresent(why -> errors.add("invalid auxiliary address " + each.getKey() + ": " + why));
        }
    }

    /** With the bits behind its prefix that it should not have: that is said, and the rest is looked at all the same. */
    private Optional<Subnet> subnet(String what, String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address = Subnet.parseAddress(text.substring(0, Math.max(slash, 0)));
            Subnet subnet = Subnet.of(address, Integer.parseInt(text.substring(slash + 1)));
            if (!subnet.first().equals(address)) {
                errors.add("invalid " + what + " " + text + ": it should be " + subnet);
            }
            return Optional.of(subnet);
        } catch (NetworkException | IllegalArgumentException e) {
            errors.add("invalid " + what + " " + text + ": invalid CIDR block notation");
            return Optional.empty();
        }
    }

    private static Optional<String> address(Subnet subnet, String text) {
        try {
            return outside(subnet, Subnet.parseAddress(text), "this address");
        } catch (NetworkException e) {
            return Optional.of("invalid address");
        }
    }

    private static Optional<String> outside(Subnet subnet, InetAddress address, String what) {
        if (subnet.isV4() != (address.getAddress().length == 4)) {
            return Optional.of("parent subnet is an IPv" + (subnet.isV4() ? 4 : 6) + " block");
        }
        return subnet.contains(address)
                ? Optional.empty()
                : Optional.of("parent subnet " + subnet + " doesn't contain " + what);
    }
}
