package dev.estiba.network.dns;

import dev.estiba.network.address.Subnet;
import java.net.InetAddress;
import java.util.List;

/** The text of /etc/hosts that Docker gives a container. */
public final class HostsFile {
    private static final String LOOPBACK = "127.0.0.1\tlocalhost\n";
    private static final String LOOPBACK_V6 = "::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n"
            + "ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    private HostsFile() {}

    /** A line: {@code --add-host}, {@code --link}. */
    public record Entry(InetAddress address, List<String> names) {
        public Entry {
            names = List.copyOf(names);
            for (String name : names) {
                if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == '#')) {
                    throw new IllegalArgumentException("not a name of a host: '" + name + "'");
                }
            }
        }

        /** With one name. */
        public Entry(InetAddress address, String name) {
            this(address, List.of(name));
        }

        /** As the file has it. */
        public String line() {
            return Subnet.text(address) + '\t' + String.join(" ", names) + '\n';
        }
    }

    /**
     * The text.
     *
     * @param hasV6 whether the container has IPv6
     * @param extra what the user has added
     * @param own the container's addresses, in the networks' order
     * @param hostname the container's
     * @param domain may be empty
     */
    public static String text(boolean hasV6, List<Entry> extra, List<InetAddress> own, String hostname, String domain) {
        StringBuilder text = new StringBuilder(LOOPBACK).append(hasV6 ? LOOPBACK_V6 : "");
        extra.forEach(entry -> text.append(entry.line()));
        String names = domain.isEmpty() ? hostname : hostname + "." + domain + " " + hostname;
        for (InetAddress address : own) {
            text.append(Subnet.text(address)).append('\t').append(names).append('\n');
        }
        return text.toString();
    }
}
