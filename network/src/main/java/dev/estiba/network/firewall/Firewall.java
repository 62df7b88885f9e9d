package dev.estiba.network.firewall;

import dev.estiba.linux.netlink.Message;
import dev.estiba.linux.netlink.NetlinkException;
import dev.estiba.linux.netlink.NfSets;
import dev.estiba.linux.netlink.NfTables;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.HostNetwork;
import dev.estiba.network.NetworkConfig;
import dev.estiba.network.NetworkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The table {@code inet estiba}. It is replaced whole when a network comes or goes, and by elements when a container does. Its rules
 * are no other table's business, and other tables are none of its. For several threads.
 */
public final class Firewall {
    private static final long FORMER_OWNER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final HostNetwork host;
    private final boolean isOwned;
    private List<NetworkConfig> networks = List.of();
    private final Set<PortMapping> ports = new LinkedHashSet<>();
    private Ruleset.Closed closed;
    /** The generation in which the table was known to be as it should. */
    private int intact;

    private Firewall(HostNetwork host, boolean isOwned, Ruleset.Closed closed) {
        this.host = host;
        this.isOwned = isOwned;
        this.closed = closed;
    }

    /**
     * With what the table, where it is there, says of the host before us. Nothing is changed.
     *
     * @param isOwned whether others are kept from changing the table, where the kernel can do that
     */
    public static Firewall open(HostNetwork host, boolean isOwned) throws IOException {
        return new Firewall(
                host, isOwned, new Ruleset.Closed(devices(host, Ruleset.CLOSED_V4), devices(host, Ruleset.CLOSED_V6)));
    }

    private static Set<String> devices(HostNetwork host, String set) throws IOException {
        return NfSets.elements(host.netfilter(), Ruleset.TABLE, set).stream()
                .map(element -> new String(element.key(), StandardCharsets.UTF_8).replace("\0", ""))
                .collect(Collectors.toSet());
    }

    /** Between these devices the host forwards nothing, from the next {@link #apply} on: it has not done so before either. */
    public synchronized void close(Set<String> devicesV4, Set<String> devicesV6) {
        Set<String> v4 = new HashSet<>(closed.v4());
        v4.addAll(devicesV4);
        Set<String> v6 = new HashSet<>(closed.v6());
        v6.addAll(devicesV6);
        closed = new Ruleset.Closed(v4, v6);
    }

    /** Makes the table as wanted, whatever was there of it, at one moment. When it is refused, the table and what is wanted stay as they were. */
    public synchronized void apply(List<NetworkConfig> wantedNetworks, List<PortMapping> wantedPorts)
            throws IOException {
        Ruleset ruleset = Ruleset.of(wantedNetworks, List.copyOf(new LinkedHashSet<>(wantedPorts)), closed);
        replace(ruleset.messages());
        networks = List.copyOf(wantedNetworks);
        ports.clear();
        ports.addAll(wantedPorts);
        intact = NfTables.generation(host.netfilter());
    }

    /**
     * Replaces the table in one batch: what was there of it is gone, and what is new is there, at one moment. A table that is ours or a
     * former process's is taken; one that anybody can change is first removed; on an older kernel it is anybody's again. A former owner
     * may still be about to end, or a child of his that has not executed its program yet.
     */
    private void replace(List<Message> contents) throws IOException {
        Message plain = NfTables.addTable(Ruleset.TABLE);
        Message own = NfTables.addOwnTable(Ruleset.TABLE);
        List<List<Message>> ways = isOwned
                ? List.of(List.of(own, own), List.of(plain, own), List.of(plain, plain))
                : List.of(List.of(plain, plain));
        long until = System.nanoTime() + FORMER_OWNER_NANOS;
        for (int i = 0; ; ) {
            List<Message> batch = new ArrayList<>();
            batch.add(ways.get(i).getFirst());
            batch.add(NfTables.deleteTable(Ruleset.TABLE));
            batch.add(ways.get(i).getLast());
            batch.addAll(contents);
            try {
                NfTables.commit(host.netfilter(), batch);
                return;
            } catch (NetlinkException e) {
                if (e.is(Errno.EOPNOTSUPP) && i < ways.size() - 1) {
                    i++;
                } else if (!e.is(Errno.EPERM) || !isOwned) {
                    throw e;
                } else if (System.nanoTime() - until > 0) {
                    throw NetworkException.taken("another process, another Estiba perhaps, has the table inet "
                            + Ruleset.TABLE.name() + " of this host's firewall");
                } else {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
            }
        }
    }

    /** The table for other networks and the same ports. */
    public synchronized void apply(List<NetworkConfig> wantedNetworks) throws IOException {
        apply(wantedNetworks, List.copyOf(ports));
    }

    /** These ports are wanted too: they are in the table from the next {@link #apply} on. */
    public synchronized void expect(List<PortMapping> more) {
        ports.addAll(more);
    }

    /** Publishes ports; all or none. */
    public synchronized void publish(List<PortMapping> more) throws IOException {
        List<PortMapping> added =
                more.stream().filter(port -> !ports.contains(port)).toList();
        if (added.isEmpty()) {
            return;
        }
        boolean wasIntact = isUnchanged();
        try {
            NfTables.commit(host.netfilter(), change(added, true));
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            // Somebody has flushed the table: it comes back with what is added.
            List<PortMapping> all = new ArrayList<>(ports);
            all.addAll(added);
            apply(networks, all);
            return;
        }
        ports.addAll(added);
        keepTrack(wasIntact);
    }

    /** Takes ports back; those that are not published are passed over. */
    public synchronized void unpublish(List<PortMapping> fewer) throws IOException {
        List<PortMapping> removed =
                fewer.stream().filter(ports::contains).distinct().toList();
        if (removed.isEmpty()) {
            return;
        }
        boolean wasIntact = isUnchanged();
        removed.forEach(ports::remove);
        try {
            NfTables.commit(host.netfilter(), change(removed, false));
        } catch (NetlinkException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            apply(networks, List.copyOf(ports));
            return;
        }
        keepTrack(wasIntact);
    }

    private static List<Message> change(List<PortMapping> which, boolean isAdded) {
        Map<String, List<NfSets.Element>> bySet = new LinkedHashMap<>();
        which.forEach(port ->
                bySet.computeIfAbsent(port.set(), set -> new ArrayList<>()).add(port.element()));
        List<Message> messages = new ArrayList<>();
        bySet.forEach((set, elements) -> messages.addAll(
                isAdded
                        ? NfSets.addElements(Ruleset.TABLE, set, elements)
                        : NfSets.deleteElements(Ruleset.TABLE, set, elements)));
        return messages;
    }

    private boolean isUnchanged() throws IOException {
        return NfTables.generation(host.netfilter()) == intact;
    }

    /** A change of ours makes one generation; when there are more, somebody else was there as well. */
    private void keepTrack(boolean wasIntact) throws IOException {
        int now = NfTables.generation(host.netfilter());
        if (wasIntact && now == intact + 1) {
            intact = now;
        }
    }

    /**
     * Whether the table is still as it was made: a question of microseconds as long as nobody has changed any table of the host's.
     */
    public synchronized boolean isIntact() throws IOException {
        int now = NfTables.generation(host.netfilter());
        if (now == intact) {
            return true;
        }
        if (!isAsMade()) {
            return false;
        }
        intact = now;
        return true;
    }

    private boolean isAsMade() throws IOException {
        Ruleset ruleset = Ruleset.of(networks, List.copyOf(ports), closed);
        Map<String, Integer> rules = new TreeMap<>();
        for (NfTables.Chain chain : NfTables.chains(host.netfilter())) {
            if (chain.table().equals(Ruleset.TABLE)) {
                rules.put(chain.name(), 0);
            }
        }
        NfTables.rules(host.netfilter(), Ruleset.TABLE).forEach(rule -> rules.merge(rule.chain(), 1, Integer::sum));
        if (!rules.equals(ruleset.rules())) {
            return false;
        }
        for (Map.Entry<String, List<NfSets.Element>> each : ruleset.elements().entrySet()) {
            List<NfSets.Element> present = NfSets.elements(host.netfilter(), Ruleset.TABLE, each.getKey());
            // An interval set tells of its own end as well.
            if (!new HashSet<>(present).containsAll(each.getValue())
                    || present.stream().filter(element -> !element.isEnd()).count()
                            != each.getValue().stream()
                                    .filter(element -> !element.isEnd())
                                    .count()) {
                return false;
            }
        }
        return true;
    }

    /** Makes the table again when somebody has changed it; whether that was so. */
    public synchronized boolean restore() throws IOException {
        if (isIntact()) {
            return false;
        }
        apply(networks, List.copyOf(ports));
        return true;
    }

    /** Removes the table. */
    public synchronized void remove() throws IOException {
        replace(List.of());
        NfTables.commit(host.netfilter(), List.of(NfTables.deleteTable(Ruleset.TABLE)));
        networks = List.of();
        ports.clear();
    }

    /** What is published now. */
    public synchronized List<PortMapping> ports() {
        return List.copyOf(ports);
    }
}
