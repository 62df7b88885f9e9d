package dev.estiba.daemon.settings;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keys of dockerd 28.5 that change nothing here: what is always so, what has no meaning here, and what is refused. */
final class ForeignKeys {
    /** Of what kind a key's value is. */
    enum Kind {
        BOOL,
        TEXT,
        TEXTS,
        NUMBER,
        OBJECT
    }

    /**
     * A key that is passed over, with a sentence where somebody should know.
     *
     * @param told for a person; empty: nothing
     * @param isNumber of which who hears of a reload is told
     */
    record Idle(String told, boolean isNumber) {
        Idle(String told) {
            this(told, false);
        }
    }

    /**
     * A key of which one value says what is so anyway, and any other is refused.
     *
     * @param usual a text that is empty, a list or an object of nothing, a number that is 0, and this of true and false
     * @param why it is refused
     */
    record Fixed(Kind kind, boolean usual, String why) {}

    private static final String NO_CONTAINERD = "there is no containerd here";
    private static final String NO_SWARM = "there is no swarm here";
    private static final String FIREWALL =
            "what containers must not reach is kept from them by a table of nftables of this daemon's own, which is always there;"
                    + " iptables is left alone";

    private static final Map<String, Idle> IDLE = Map.ofEntries(
            Map.entry("builder", new Idle("building is not built yet")),
            Map.entry("containerd", new Idle(NO_CONTAINERD)),
            Map.entry("containerd-namespace", new Idle(NO_CONTAINERD)),
            Map.entry("containerd-plugin-namespace", new Idle(NO_CONTAINERD)),
            Map.entry("cri-containerd", new Idle(NO_CONTAINERD)),
            Map.entry("data-root-immutable", new Idle("")),
            Map.entry("features", new Idle("nothing here can be switched by a feature")),
            Map.entry("firewall-backend", new Idle(FIREWALL)),
            Map.entry("init-path", new Idle("the first process of --init comes with this program")),
            Map.entry("max-concurrent-downloads", new Idle("six layers of an image come at a time", true)),
            Map.entry("max-concurrent-uploads", new Idle("layers are pushed as fast as the registry takes them", true)),
            Map.entry("max-download-attempts", new Idle("what is broken off is gone on with", true)),
            Map.entry("network-control-plane-mtu", new Idle(NO_SWARM)),
            Map.entry("node-generic-resources", new Idle(NO_SWARM)),
            Map.entry("raw-logs", new Idle("")),
            Map.entry("shutdown-timeout", new Idle("containers go on when the daemon ends", true)),
            Map.entry("swarm-default-advertise-addr", new Idle(NO_SWARM)),
            Map.entry("userland-proxy", new Idle("published ports need no process")),
            Map.entry("userland-proxy-path", new Idle("published ports need no process")));

    private static final Map<String, Fixed> FIXED = Map.ofEntries(
            Map.entry(
                    "allow-direct-routing",
                    new Fixed(
                            Kind.BOOL,
                            false,
                            notBuilt("say it of a network: "
                                    + "com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected"))),
            Map.entry("authorization-plugins", new Fixed(Kind.TEXTS, false, notBuilt("plugins"))),
            Map.entry("bridge", new Fixed(Kind.TEXT, false, notBuilt("a bridge that somebody else has made"))),
            Map.entry(
                    "bridge-accept-fwmark", new Fixed(Kind.TEXT, false, notBuilt("packets that are let in by a mark"))),
            Map.entry("cpu-rt-period", new Fixed(Kind.NUMBER, false, notBuilt("real-time limits"))),
            Map.entry("cpu-rt-runtime", new Fixed(Kind.NUMBER, false, notBuilt("real-time limits"))),
            Map.entry("default-gateway", new Fixed(Kind.TEXT, false, notBuilt("a gateway that is not the bridge"))),
            Map.entry("default-gateway-v6", new Fixed(Kind.TEXT, false, notBuilt("a gateway that is not the bridge"))),
            Map.entry("experimental", new Fixed(Kind.BOOL, false, "nothing here is experimental")),
            Map.entry(
                    "ip-forward",
                    new Fixed(
                            Kind.BOOL,
                            true,
                            "a network that forwards nothing is an internal one: " + "network create --internal")),
            Map.entry(
                    "ip-forward-no-drop",
                    new Fixed(
                            Kind.BOOL,
                            false,
                            "what no network has asked for is not forwarded where this daemon has turned forwarding on")),
            Map.entry("iptables", new Fixed(Kind.BOOL, true, FIREWALL)),
            Map.entry("ip6tables", new Fixed(Kind.BOOL, true, FIREWALL)),
            Map.entry("min-api-version", new Fixed(Kind.TEXT, false, notBuilt("to refuse older clients"))),
            Map.entry(
                    "oom-score-adjust",
                    new Fixed(Kind.NUMBER, false, "it is set by who starts the daemon: OOMScoreAdjust= of the unit")),
            Map.entry("runtimes", new Fixed(Kind.OBJECT, false, notBuilt("other runtimes than this program's own"))),
            Map.entry("selinux-enabled", new Fixed(Kind.BOOL, false, notBuilt("SELinux labels"))),
            Map.entry("storage-opts", new Fixed(Kind.TEXTS, false, notBuilt("options of the storage"))),
            Map.entry(
                    "userns-remap",
                    new Fixed(
                            Kind.TEXT,
                            false,
                            "not built yet; a container by itself has ids of its own: run --userns auto")));

    /** Of these one value is right, which is looked at where they are read. */
    private static final Map<String, Set<String>> WORDS = Map.of(
            "default-runtime", Set.of("", "estiba"),
            "storage-driver", Set.of("", "overlay2", "overlayfs"),
            "log-format", Set.of("", "text"));

    private ForeignKeys() {}

    private static String notBuilt(String what) {
        return "not built yet: " + what;
    }

    static Optional<Idle> idle(String key) {
        return Optional.ofNullable(IDLE.get(key));
    }

    static Optional<Fixed> fixed(String key) {
        return Optional.ofNullable(FIXED.get(key));
    }

    /** What a key may say; empty: it is none of these. */
    static Set<String> words(String key) {
        return WORDS.getOrDefault(key, Set.of());
    }
}
