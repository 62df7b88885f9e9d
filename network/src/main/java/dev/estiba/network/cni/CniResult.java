package dev.estiba.network.cni;

import dev.estiba.linux.netlink.Links;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What plug-ins have made of a container: SPEC.md, section 5. Whoever has written it is trusted with the host's network, not with this
 * program's memory or files.
 *
 * @param json as the last plug-in has written it
 */
public record CniResult(List<Interface> interfaces, List<Address> addresses, Dns dns, String json) {
    static final int MOST_BYTES = 256 << 10;

    private static final int MOST_INTERFACES = 64;
    private static final int MOST_ADDRESSES = 64;
    private static final int MOST_WORDS = 32;
    /** It becomes a word in a file of lines. */
    private static final Pattern WORD = Pattern.compile("[^\\s\\p{Cntrl}#;]{1,255}");

    public CniResult {
        interfaces = List.copyOf(interfaces);
        addresses = List.copyOf(addresses);
    }

    /**
     * A device that was made or changed.
     *
     * @param sandbox where it is; empty: on the host
     */
    public record Interface(String name, Optional<Links.Mac> mac, String sandbox) {}

    /**
     * @param prefix of its subnet
     * @param device the number of its interface in the list
     */
    public record Address(InetAddress address, int prefix, Optional<InetAddress> gateway, OptionalInt device) {}

    /** What a resolver is to be told. */
    public record Dns(List<InetAddress> servers, List<String> search, List<String> options) {
        static final Dns NOTHING = new Dns(List.of(), List.of(), List.of());

        public Dns {
            servers = List.copyOf(servers);
            search = List.copyOf(search);
            options = List.copyOf(options);
        }
    }

    /** The device of that name in the container. */
    public Optional<Interface> inside(String device) {
        return interfaces.stream()
                .filter(each -> !each.sandbox().isEmpty() && each.name().equals(device))
                .findFirst();
    }

    /** The addresses of a device in the container; where no device is named, all are its. */
    public List<Address> of(String device) {
        return addresses.stream()
                .filter(each -> each.device().isEmpty()
                        || inside(device)
                                .equals(Optional.of(interfaces.get(each.device().getAsInt()))))
                .toList();
    }

    /** @throws CniException for what is none, of another version, or contradicts itself */
    static CniResult read(byte[] document, String version) throws CniException {
        if (document.length > MOST_BYTES) {
            throw new CniException("a result of " + document.length + " bytes is more than any");
        }
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            CniResult result = read(in, version, new String(document, StandardCharsets.UTF_8));
            in.end();
            return result;
        } catch (DocumentException | NetworkException | IllegalArgumentException e) {
            throw new CniException("a result that is none: " + e.getMessage(), e);
        }
    }

    private static CniResult read(Cursor in, String version, String json)
            throws DocumentException, NetworkException, CniException {
        String said = "";
        List<Interface> interfaces = new ArrayList<>();
        List<Address> addresses = new ArrayList<>();
        Dns dns = Dns.NOTHING;
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "cniVersion" -> said = in.text();
                case "interfaces" -> interfaces(in, interfaces);
                case "ips" -> addresses(in, addresses);
                case "dns" -> dns = dns(in);
                default -> in.skip();
            }
        }
        if (!said.equals(version)) {
            throw new CniException("a result of version \"" + said + "\", where " + version + " was spoken");
        }
        for (Address each : addresses) {
            if (each.device().orElse(0) >= Math.max(1, interfaces.size())
                    || each.device().orElse(0) < 0) {
                throw new CniException("a result whose address " + Subnet.text(each.address()) + " is of no interface");
            }
        }
        return new CniResult(interfaces, addresses, dns, json);
    }

    private static void interfaces(Cursor in, List<Interface> to) throws DocumentException, CniException {
        in.array();
        while (in.nextElement()) {
            String name = "";
            String mac = "";
            String sandbox = "";
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                switch (field) {
                    case "name" -> name = in.text();
                    case "mac" -> mac = in.text();
                    case "sandbox" -> sandbox = in.text();
                    default -> in.skip();
                }
            }
            Links.checkName(name);
            Optional<Links.Mac> address =
                    mac.isEmpty() ? Optional.empty() : Optional.of(new Links.Mac(mac.toLowerCase(Locale.ROOT)));
            to.add(new Interface(name, address, sandbox));
            bounded(to, MOST_INTERFACES);
        }
    }

    private static void addresses(Cursor in, List<Address> to)
            throws DocumentException, NetworkException, CniException {
        in.array();
        while (in.nextElement()) {
            String address = "";
            String gateway = "";
            OptionalInt device = OptionalInt.empty();
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                switch (field) {
                    case "address" -> address = in.text();
                    case "gateway" -> gateway = in.text();
                    case "interface" -> device = OptionalInt.of(in.int32());
                    default -> in.skip();
                }
            }
            to.add(address(address, gateway, device));
            bounded(to, MOST_ADDRESSES);
        }
    }

    private static Address address(String text, String gateway, OptionalInt device)
            throws NetworkException, CniException {
        int slash = text.indexOf('/');
        String digits = text.substring(slash + 1);
        if (slash < 0 || !digits.matches("[0-9]{1,3}")) {
            throw new CniException("an address without its prefix: " + text);
        }
        InetAddress address = Subnet.parseAddress(text.substring(0, slash));
        Subnet subnet = Subnet.of(address, Math.min(Integer.parseInt(digits), 128));
        Optional<InetAddress> next = gateway.isEmpty() ? Optional.empty() : Optional.of(Subnet.parseAddress(gateway));
        if (next.isPresent() && next.get().getAddress().length != address.getAddress().length) {
            throw new CniException("a gateway of another family than " + text + ": " + gateway);
        }
        return new Address(address, subnet.prefix(), next, device);
    }

    private static Dns dns(Cursor in) throws DocumentException, NetworkException, CniException {
        List<InetAddress> servers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        List<String> options = List.of();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "nameservers" -> {
                    for (String each : words(in)) {
                        servers.add(Subnet.parseAddress(each));
                    }
                }
                case "search" -> search.addAll(words(in));
                case "options" -> options = words(in);
                default -> in.skip();
            }
        }
        return new Dns(servers, search, options);
    }

    private static List<String> words(Cursor in) throws DocumentException, CniException {
        List<String> words = in.texts();
        bounded(words, MOST_WORDS);
        for (String each : words) {
            if (!WORD.matcher(each).matches()) {
                throw new CniException("dns: not a word: \"" + each + "\"");
            }
        }
        return words;
    }

    private static void bounded(List<?> all, int most) throws CniException {
        if (all.size() > most) {
            throw new CniException("a result with more than " + most + " of a kind");
        }
    }
}
