package dev.estiba.cli.create;

import static dev.estiba.cli.flag.Flag.bytes;
import static dev.estiba.cli.flag.Flag.duration;
import static dev.estiba.cli.flag.Flag.grouped;
import static dev.estiba.cli.flag.Flag.list;
import static dev.estiba.cli.flag.Flag.onOff;
import static dev.estiba.cli.flag.Flag.text;
import static dev.estiba.cli.flag.Flag.whole;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The flags that say what a new container is: those of {@code docker create}. */
public final class CreateFlags {
    private CreateFlags() {}

    /** All of them, heading by heading. */
    private static final Set<String> CHANGEABLE = Set.of(
            "blkio-weight",
            "cpu-period",
            "cpu-quota",
            "cpu-shares",
            "cpus",
            "cpuset-cpus",
            "cpuset-mems",
            "memory",
            "memory-reservation",
            "memory-swap",
            "pids-limit",
            "restart");

    /** Those of {@link #all} that can be said again of a container that is there. */
    public static List<Flag> changeable() {
        return all().stream().filter(flag -> CHANGEABLE.contains(flag.name())).toList();
    }

    public static List<Flag> all() {
        List<Flag> flags = new ArrayList<>();
        flags.addAll(general());
        flags.addAll(process());
        flags.addAll(files());
        flags.addAll(limits());
        flags.addAll(blockLimits());
        flags.addAll(rights());
        flags.addAll(namespaces());
        flags.addAll(network());
        flags.addAll(names());
        flags.addAll(health());
        flags.addAll(logging());
        return flags;
    }

    private static List<Flag> general() {
        return List.of(
                text("name", "Give the container a name"),
                onOff("rm", "Remove the container when it has ended"),
                text("restart", "When to start the container again: no, always, unless-stopped, on-failure[:COUNT]")
                        .fallback("no"),
                text("pull", "Pull the image before: always, missing, never").fallback("missing"),
                onOff("quiet", "Say nothing while the image is pulled").letter('q'),
                text("platform", "Take the image that was made for this platform"),
                text("runtime", "Which runtime starts it"),
                text("isolation", "How the container is kept apart: namespaces, chroot"),
                text("security", "How narrowly it is kept in: standard, strict"),
                text("cidfile", "Write the container's ID to this file"),
                list("label", "Give the container a label: KEY=VALUE")
                        .letter('l')
                        .check(Checks::label),
                list("label-file", "Read labels from a file, one a line"),
                list("annotation", "Pass an annotation on to the runtime: KEY=VALUE")
                        .type("map"),
                onOff("disable-content-trust", "Has no effect").fallback("true"));
    }

    private static List<Flag> process() {
        return grouped(
                "Process",
                onOff("interactive", "Keep the container's standard input open").letter('i'),
                onOff("tty", "Give the container a terminal").letter('t'),
                list("attach", "Attach to STDIN, STDOUT or STDERR").letter('a').check(Checks::stream),
                list("env", "Set an environment variable: NAME=VALUE, or NAME as it is here")
                        .letter('e')
                        .check(Checks::variable),
                list("env-file", "Read environment variables from a file, one a line"),
                text("env-file-format", "How: docker, or dotenv with quotes, several lines and ${NAME}")
                        .fallback("docker"),
                text("workdir", "Working directory in the container").letter('w'),
                text("user", "Who runs it: NAME or NUMBER, with :GROUP").letter('u'),
                list("group-add", "A group that it is in as well"),
                text("entrypoint", "Another program than the image's"),
                onOff("init", "Run a small init that passes signals on and reaps processes"),
                text("stop-signal", "The signal that asks it to end"),
                whole("stop-timeout", "0", "Seconds to wait after that signal before it is killed"));
    }

    private static List<Flag> files() {
        return grouped(
                "Files",
                list("volume", "Show a directory or a volume in the container: SOURCE:TARGET[:OPTIONS]")
                        .letter('v'),
                list("mount", "The same with named fields: type=bind,source=…,target=…")
                        .type("mount")
                        .check(MountFlag::check),
                list("tmpfs", "Mount an empty directory in memory: TARGET[:OPTIONS]"),
                onOff("read-only", "Mount the container's root file system read-only"),
                list("volumes-from", "Mount the volumes of another container"),
                text("volume-driver", "Who makes volumes"),
                list("storage-opt", "Option of the storage driver"),
                text("snapshotter", "How it gets its image's files: overlay, native (a copy)"),
                bytes("shm-size", "Size of /dev/shm"),
                list("device", "Give the container a device of the host: SOURCE[:TARGET][:rwm]"),
                list("gpus", "GPUs for the container: all, or how many").type("gpu-request"));
    }

    private static List<Flag> limits() {
        return grouped(
                "Limits",
                bytes("memory", "Memory").letter('m'),
                bytes("memory-swap", "Memory and swap together, -1 for no limit")
                        .check(Numbers::swapBytes),
                bytes("memory-reservation", "Memory, when the host has little"),
                whole("memory-swappiness", "-1", "How readily it swaps, 0 to 100"),
                bytes("kernel-memory", "Has no effect"),
                onOff("oom-kill-disable", "Do not kill it when memory is short"),
                whole("oom-score-adj", "0", "Preference when the host is short of memory, -1000 to 1000"),
                text("cpus", "Processors, as a decimal number")
                        .type("decimal")
                        .fallback("0")
                        .check(Numbers::nanoCpus),
                whole("cpu-shares", "0", "Share of the processors").letter('c'),
                whole("cpu-period", "0", "Length of the scheduler's period in microseconds"),
                whole("cpu-quota", "0", "Microseconds in each period"),
                whole("cpu-rt-period", "0", "The same for real-time processes"),
                whole("cpu-rt-runtime", "0", "The same for real-time processes"),
                text("cpuset-cpus", "Processors by number: 0-3, 0,1"),
                text("cpuset-mems", "Memory nodes by number"),
                whole("pids-limit", "0", "Processes and threads, -1 for no limit"),
                list("ulimit", "Resource limit: NAME=SOFT[:HARD]")
                        .type("ulimit")
                        .check(Limits::check),
                text("cgroup-parent", "The cgroup that the container's is made in"));
    }

    private static List<Flag> blockLimits() {
        return grouped(
                "Limits of block devices",
                whole("blkio-weight", "0", "Share, 10 to 1000").type("uint16").check(Numbers::uint16),
                list("blkio-weight-device", "Share of one device: DEVICE:WEIGHT")
                        .check(Checks::weight),
                list("device-read-bps", "Bytes read in a second: DEVICE:BYTES").check(Checks::bytesPerSecond),
                list("device-write-bps", "Bytes written in a second: DEVICE:BYTES")
                        .check(Checks::bytesPerSecond),
                list("device-read-iops", "Reads in a second: DEVICE:COUNT").check(Checks::operationsPerSecond),
                list("device-write-iops", "Writes in a second: DEVICE:COUNT").check(Checks::operationsPerSecond),
                windowsOnly("cpu-count"),
                windowsOnly("cpu-percent"),
                windowsOnly("io-maxbandwidth"),
                windowsOnly("io-maxiops"));
    }

    private static List<Flag> rights() {
        return grouped(
                "Rights",
                list("cap-add", "Give it a capability"),
                list("cap-drop", "Take a capability away"),
                list("security-opt", "seccomp=FILE, apparmor=PROFILE, no-new-privileges, systempaths=unconfined"),
                onOff("privileged", "Give it nearly all rights that root has on the host"),
                list("device-cgroup-rule", "Allow devices: c 1:3 rwm").check(Checks::deviceRule),
                list("sysctl", "Set a kernel parameter in the container: NAME=VALUE")
                        .type("map")
                        .check(Checks::sysctl));
    }

    private static List<Flag> namespaces() {
        return grouped(
                "Namespaces",
                text("pid", "Processes: host, container:NAME"),
                text("ipc", "Shared memory: private, shareable, host, none, container:NAME"),
                text("uts", "Host name: host"),
                text("userns", "Users: host, auto[:size=N], keep-id"),
                list("uidmap", "Which users of the host its users are: CONTAINER:HOST[:LENGTH]"),
                list("gidmap", "The same for groups"),
                text("cgroupns", "Cgroups: private, host"));
    }

    private static List<Flag> network() {
        Flag network = list(
                        "network", "Connect it to a network: none, host, bridge, container:NAME, or a network's name")
                .type("network")
                .check(Networks::check);
        Flag alias = list("network-alias", "A name that it has in its network");
        return grouped(
                "Network",
                network,
                network.alias("net"),
                alias,
                alias.alias("net-alias"),
                list("publish", "Make a port reachable: [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]")
                        .letter('p'),
                onOff("publish-all", "Make all exposed ports reachable, at any port of the host")
                        .letter('P'),
                list("expose", "Say that it listens on a port"),
                list("link", "Give it another container's name and address: NAME[:ALIAS]")
                        .check(Checks::link),
                text("ip", "Its IPv4 address"),
                text("ip6", "Its IPv6 address"),
                list("link-local-ip", "Its link-local addresses"),
                text("mac-address", "Its MAC address"));
    }

    private static List<Flag> names() {
        Flag option = list("dns-option", "Option for the resolver");
        return grouped(
                "Names",
                text("hostname", "Its host name").letter('h'),
                text("domainname", "Its NIS domain name"),
                list("add-host", "A line in its /etc/hosts: NAME:ADDRESS").check(Checks::extraHost),
                list("dns", "Name server").check(Checks::address),
                option,
                option.alias("dns-opt"),
                list("dns-search", "Domain to look names up in").check(Checks::searchDomain));
    }

    private static List<Flag> health() {
        return grouped(
                "Health",
                text("health-cmd", "Command that tells whether it is well"),
                duration("health-interval", "Time between two calls of it"),
                duration("health-timeout", "Time that a call may take"),
                whole("health-retries", "0", "Failures after which it counts as unwell"),
                duration("health-start-period", "Time at the start during which failures do not count"),
                duration("health-start-interval", "Time between two calls during that time"),
                text("health-on-failure", "What to do when it becomes unwell: none, kill, restart, stop"),
                onOff("no-healthcheck", "Do not ask, also when the image says so"));
    }

    private static List<Flag> logging() {
        return grouped(
                "Log",
                text("log-driver", "Where its output is kept: json-file, local, journald, syslog, none"),
                list("log-opt", "Option of the log driver: max-size=10m, max-file=3"));
    }

    private static Flag windowsOnly(String name) {
        return text(name, "Windows only").alias(name).check(value -> {
            throw new BadValue("only supported on Windows");
        });
    }
}
