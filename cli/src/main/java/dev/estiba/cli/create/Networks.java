package dev.estiba.cli.create;

import dev.estiba.api.EndpointSettings;
import dev.estiba.api.IpamConfig;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Numbers;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.Quote;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code --network}, and the flags that say more of the first network. */
final class Networks {
    private static final Pattern FIELDS = Pattern.compile("\\w+=\\w+(,\\w+=\\w+)*");
    private static final Set<String> OURS = Set.of("default", "bridge", "host", "none");

    final Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
    final String mode;

    /** One {@code --network}. */
    private record Wish(
            String name,
            List<String> aliases,
            List<String> links,
            Map<String, String> driverOptions,
            int priority,
            String ipv4,
            String ipv6,
            List<String> linkLocal,
            String mac) {
        Wish(String name) {
            this(name, List.of(), List.of(), Map.of(), 0, "", "", List.of(), "");
        }
    }

    Networks(Parsed flags) throws BadValue {
        List<String> given = flags.all("network", "net");
        mode = given.isEmpty() ? "default" : read(given.get(0)).name();
        if (given.isEmpty()) {
            endpoints.put("default", endpoint(withFlags(new Wish("default"), flags)));
            return;
        }
        boolean hasOurs = false;
        boolean hasTheirs = false;
        for (int i = 0; i < given.size(); i++) {
            Wish wish = read(given.get(i));
            hasTheirs |= isUsers(wish.name());
            hasOurs |= !isUsers(wish.name());
            EndpointSettings endpoint = endpoint(i == 0 ? withFlags(wish, flags) : wish);
            if (endpoints.containsKey(wish.name())) {
                throw new BadValue("network " + Quote.go(wish.name()) + " is specified multiple times");
            }
            boolean saysNothing = given.size() == 1 && endpoint.equals(EndpointSettings.NOTHING);
            if (!saysNothing) {
                endpoints.put(wish.name(), endpoint);
            }
        }
        if (hasOurs && hasTheirs) {
            throw new BadValue(
                    "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        }
    }

    static String check(String value) throws BadValue {
        read(value);
        return value;
    }

    /** Whether a network of this name is one that somebody has made. */
    static boolean isUsers(String name) {
        return !OURS.contains(name) && !name.startsWith("container:") && !name.equals("container");
    }

    private static Wish read(String value) throws BadValue {
        if (!FIELDS.matcher(value).find()) {
            return new Wish(value);
        }
        String name = "";
        List<String> aliases = new ArrayList<>();
        List<String> linkLocal = new ArrayList<>();
        Map<String, String> driverOptions = new LinkedHashMap<>();
        String ipv4 = "";
        String ipv6 = "";
        String mac = "";
        int priority = 0;
        for (String field : Csv.fields(value)) {
            Pair pair = Pair.cut(field.toLowerCase(Locale.ROOT), '=');
            if (!pair.isCut() || pair.before().isEmpty()) {
                throw new BadValue("invalid field " + field);
            }
            String text = pair.after().strip();
            switch (pair.before().strip()) {
                case "name" -> name = text;
                case "alias" -> aliases.add(text);
                case "driver-opt" -> driverOption(text, driverOptions);
                case "gw-priority" -> priority = Math.toIntExact(Long.parseLong(Numbers.whole(text)));
                case "ip" -> ipv4 = text;
                case "ip6" -> ipv6 = text;
                case "mac-address" -> mac = Checks.mac(text);
                case "link-local-ip" -> linkLocal.add(text);
                default ->
                    throw new BadValue("invalid field key " + pair.before().strip());
            }
        }
        if (name.isEmpty()) {
            throw new BadValue("network name/id is not specified");
        }
        return new Wish(name, aliases, List.of(), driverOptions, priority, ipv4, ipv6, linkLocal, mac);
    }

    private static void driverOption(String text, Map<String, String> to) throws BadValue {
        Pair pair = Pair.cut(text, '=');
        if (!pair.isCut() || pair.before().isBlank() || pair.after().isEmpty()) {
            throw new BadValue("invalid key value pair format in driver options");
        }
        to.put(pair.before().strip(), pair.after().strip());
    }

    private static Wish withFlags(Wish wish, Parsed flags) throws BadValue {
        List<String> aliases = flags.all("network-alias", "net-alias");
        List<String> links = flags.all("link");
        List<String> linkLocal = flags.all("link-local-ip");
        String ipv4 = flags.text("ip");
        String ipv6 = flags.text("ip6");
        String mac = flags.text("mac-address");
        conflict(wish.aliases().isEmpty() || aliases.isEmpty(), "--network-alias and per-network alias");
        conflict(wish.ipv4().isEmpty() || ipv4.isEmpty(), "--ip and per-network IPv4 address");
        conflict(wish.ipv6().isEmpty() || ipv6.isEmpty(), "--ip6 and per-network IPv6 address");
        conflict(wish.mac().isEmpty() || mac.isEmpty(), "--mac-address and per-network MAC address");
        conflict(
                wish.linkLocal().isEmpty() || linkLocal.isEmpty(),
                "--link-local-ip and per-network link-local IP addresses");
        return new Wish(
                wish.name(),
                aliases.isEmpty() ? wish.aliases() : aliases,
                // In other networks a link is one of the container, not of the network.
                isUsers(wish.name()) ? links : List.of(),
                wish.driverOptions(),
                wish.priority(),
                ipv4.isEmpty() ? wish.ipv4() : ipv4,
                ipv6.isEmpty() ? wish.ipv6() : ipv6,
                linkLocal.isEmpty() ? wish.linkLocal() : linkLocal,
                mac.isEmpty() ? wish.mac() : mac);
    }

    private static void conflict(boolean isFine, String what) throws BadValue {
        if (!isFine) {
            throw new BadValue("conflicting options: cannot specify both " + what);
        }
    }

    private static EndpointSettings endpoint(Wish wish) throws BadValue {
        if (wish.name().isBlank()) {
            throw new BadValue("no name set for network");
        }
        if (!isUsers(wish.name()) && !wish.aliases().isEmpty()) {
            throw new BadValue("network-scoped aliases are only supported for user-defined networks");
        }
        EndpointSettings.Builder endpoint = EndpointSettings.builder()
                .aliases(wish.aliases())
                .links(wish.links())
                .driverOpts(wish.driverOptions())
                .gwPriority(wish.priority())
                .macAddress(wish.mac());
        if (!wish.ipv4().isEmpty()
                || !wish.ipv6().isEmpty()
                || !wish.linkLocal().isEmpty()) {
            endpoint.ipamConfig(new IpamConfig(wish.ipv4(), wish.ipv6(), wish.linkLocal()));
        }
        return endpoint.build();
    }
}
