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
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The table {@code inet estiba}, and beside it {@code bridge estiba} while there are strict containers. They are replaced whole when a
 * network comes or goes, and by elements when a container does. Their rules are no other table's business, and other tables are none
 * of theirs. For several threads.
 */
public final class Firewall {
    private static final long FORMER_OWNER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final HostNetwork host;
    private final boolean isOwned;
    private List<NetworkConfig> networks = List.of();
    private final Set<PortMapping> ports = new LinkedHashSet<>();
    private final Set<StrictPort> strict = new LinkedHashSet<>();
    private Ruleset.Closed closed;
    /** Whether the kernel has tables of frames, as far as it was asked. */
    private Optional<Boolean> seesFrames = Optional.empty();
    /** Whether the table of frames is there. */
    private boolean hasFrames;
    /** Whether the tables have rules for strict containers. */
    private boolean hasStrictRules;
    /** The generation in which the table was known to be as it should. */
    private int intact;

    private Firewall(HostNetwork host, boolean isOwned, Ruleset.Closed closed, boolean hasFrames) {
        this.host = host;
        this.isOwned = isOwned;
        this.closed = closed;
        this.hasFrames = hasFrames;
    }

    /**
     * With what the table, where it is there, says of the host before us. Nothing is changed.
     *
     * @param isOwned whether others are kept from changing the table, where the kernel can do that
     */
    public static Firewall open(HostNetwork host, boolean isOwned) throws IOException {
        return new Firewall(
                host,
                isOwned,
                new Ruleset.Closed(devices(host, Ruleset.CLOSED_V4), devices(host, Ruleset.CLOSED_V6)),
                NfTables.tables(host.netfilter()).contains(FrameRules.TABLE));
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
        List<Contents> tables = tables(wantedNetworks, List.copyOf(new LinkedHashSet<>(wantedPorts)), strict);
        replace(tables);
        hasFrames = tables.size() > 1;
        hasStrictRules = !strict.isEmpty();
        networks = List.copyOf(wantedNetworks);
        ports.clear();
        ports.addAll(wantedPorts);
        intact = NfTables.generation(host.netfilter());
    }

    /** What there is to be: the table of packets, and that of frames where somebody wants it and the kernel has it. */
    private List<Contents> tables(
            List<NetworkConfig> wantedNetworks, List<PortMapping> wantedPorts, Collection<StrictPort> wantedStrict)
            throws IOException {
        Contents packets = Ruleset.of(wantedNetworks, wantedPorts, wantedStrict, closed);
        return !wantedStrict.isEmpty() && seesFrames()
                ? List.of(packets, FrameRules.of(wantedStrict))
                : List.of(packets);
    }

    /** Whether the kernel has tables that see frames: without, nobody looks at strict containers' addresses. */
    public synchronized boolean seesFrames() throws IOException {
        if (seesFrames.isEmpty()) {
            NfTables.Table trial = new NfTables.Table(NfTables.Family.BRIDGE, "estiba-trial");
            boolean sees = true;
            try {
                NfTables.commit(
                        host.netfilter(),
                        List.of(
                                NfTables.addTable(trial),
                                NfTables.addBaseChain(
                                        trial, "prerouting", NfTables.Kind.FILTER, NfTables.Hook.PREROUTING, 0),
                                NfTables.deleteTable(trial)));
            } catch (NetlinkException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EAFNOSUPPORT)) {
                    throw e;
                }
                sees = false;
            }
            seesFrames = Optional.of(sees);
        }
        return seesFrames.get();
    }

    /**
     * Replaces the tables in one batch: what was there of them is gone, and what is new is there, at one moment. A table that is ours or a
     * former process's is taken; one that anybody can change is first removed; on an older kernel it is anybody's again. A former owner
     * may still be about to end, or a child of his that has not executed its program yet.
     */
    private void replace(List<Contents> wanted) throws IOException {
        List<List<Way>> ways = isOwned
                ? List.of(List.of(Way.OWN, Way.OWN), List.of(Way.PLAIN, Way.OWN), List.of(Way.PLAIN, Way.PLAIN))
                : List.of(List.of(Way.PLAIN, Way.PLAIN));
        long until = System.nanoTime() + FORMER_OWNER_NANOS;
        for (int i = 0; ; ) {
            try {
                NfTables.commit(host.netfilter(), batch(wanted, ways.get(i)));
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

    /** How a table is added. */
    private enum Way {
        OWN,
        PLAIN;

        Message add(NfTables.Table table) {
            return this == OWN ? NfTables.addOwnTable(table) : NfTables.addTable(table);
        }
    }

    private List<Message> batch(List<Contents> wanted, List<Way> ways) {
        List<Message> batch = new ArrayList<>();
        for (Contents contents : wanted) {
            batch.add(ways.getFirst().add(contents.table()));
            batch.add(NfTables.deleteTable(contents.table()));
            batch.add(ways.getLast().add(contents.table()));
            batch.addAll(contents.messages());
        }
        if (hasFrames && wanted.size() == 1) {
            batch.add(ways.getFirst().add(FrameRules.TABLE));
            batch.add(NfTables.deleteTable(FrameRules.TABLE));
        }
        return batch;
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
        if (tryChange(change(added, true))) {
            ports.addAll(added);
        } else {
            // Somebody has flushed the table: it comes back with what is added.
            List<PortMapping> all = new ArrayList<>(ports);
            all.addAll(added);
            apply(networks, all);
        }
    }

    /** Takes ports back; those that are not published are passed over. */
    public synchronized void unpublish(List<PortMapping> fewer) throws IOException {
        List<PortMapping> removed =
                fewer.stream().filter(ports::contains).distinct().toList();
        if (removed.isEmpty()) {
            return;
        }
        removed.forEach(ports::remove);
        if (!tryChange(change(removed, false))) {
            apply(networks, List.copyOf(ports));
        }
    }

    /** This container is kept in narrowly: from the next {@link #apply} on. */
    public synchronized void expect(StrictPort port) {
        strict.add(port);
    }

    /** Keeps a container in narrowly, before it can send anything. */
    public synchronized void confine(StrictPort port) throws IOException {
        if (!strict.add(port)) {
            return;
        }
        boolean isDone = false;
        try {
            if (!hasStrictRules || !tryChange(strictElements(port, true))) {
                apply(networks, List.copyOf(ports));
            }
            isDone = true;
        } finally {
            if (!isDone) {
                strict.remove(port);
            }
        }
    }

    /** The container has gone; it may not have been kept in. */
    public synchronized void letGo(StrictPort port) throws IOException {
        // With the last one, the rules go too: nobody's packets pay for them.
        if (strict.remove(port) && hasStrictRules && (strict.isEmpty() || !tryChange(strictElements(port, false)))) {
            apply(networks, List.copyOf(ports));
        }
    }

    private List<Message> strictElements(StrictPort port, boolean isAdded) {
        List<Message> messages = new ArrayList<>(elements(Ruleset.TABLE, port.packetElements(), isAdded));
        if (hasFrames) {
            messages.addAll(elements(FrameRules.TABLE, port.frameElements(), isAdded));
        }
        return messages;
    }

    /** @return false when somebody has flushed a table, which is to come back then */
    private boolean tryChange(List<Message> messages) throws IOException {
        boolean wasIntact = isUnchanged();
        try {
            NfTables.commit(host.netfilter(), messages);
        } catch (NetlinkException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
        keepTrack(wasIntact);
        return true;
    }

    private static List<Message> change(List<PortMapping> which, boolean isAdded) {
        Map<String, List<NfSets.Element>> bySet = new LinkedHashMap<>();
        which.forEach(port ->
                bySet.computeIfAbsent(port.set(), set -> new ArrayList<>()).add(port.element()));
        return elements(Ruleset.TABLE, bySet, isAdded);
    }

    private static List<Message> elements(
            NfTables.Table table, Map<String, List<NfSets.Element>> bySet, boolean isAdded) {
        List<Message> messages = new ArrayList<>();
        bySet.forEach((set, elements) -> messages.addAll(
                isAdded ? NfSets.addElements(table, set, elements) : NfSets.deleteElements(table, set, elements)));
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
        for (Contents contents : tables(networks, List.copyOf(ports), strict)) {
            if (!isAsMade(contents)) {
                return false;
            }
        }
        return true;
    }

    private boolean isAsMade(Contents contents) throws IOException {
        Map<String, Integer> rules = new TreeMap<>();
        for (NfTables.Chain chain : NfTables.chains(host.netfilter())) {
            if (chain.table().equals(contents.table())) {
                rules.put(chain.name(), 0);
            }
        }
        NfTables.rules(host.netfilter(), contents.table()).forEach(rule -> rules.merge(rule.chain(), 1, Integer::sum));
        if (!rules.equals(contents.rules())) {
            return false;
        }
        for (Map.Entry<String, List<NfSets.Element>> each : contents.elements().entrySet()) {
            List<NfSets.Element> present = NfSets.elements(host.netfilter(), contents.table(), each.getKey());
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

    /** Removes the tables. */
    public synchronized void remove() throws IOException {
        replace(List.of(new Contents(Ruleset.TABLE)));
        NfTables.commit(host.netfilter(), List.of(NfTables.deleteTable(Ruleset.TABLE)));
        hasFrames = false;
        hasStrictRules = false;
        networks = List.of();
        ports.clear();
        strict.clear();
    }

    /** What is published now. */
    public synchronized List<PortMapping> ports() {
        return List.copyOf(ports);
    }
}
