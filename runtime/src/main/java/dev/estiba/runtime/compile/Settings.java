package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What init sets in its namespaces: loopback, names, sysctls; and of itself: the OOM score, the keyring. */
final class Settings {
    private static final int IFREQ_SIZE = 40;
    private static final int IFREQ_FLAGS_AT = 16;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long IFF_UP_RUNNING = 0x1 | 0x40;
    private static final Set<String> IPC_SYSCTLS = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private final Assembly in;
    private final Namespaces namespaces;

    Settings(Assembly in, Namespaces namespaces) {
        this.in = in;
        this.namespaces = namespaces;
    }

    /** A new network namespace has a loopback interface that is down. */
    void loopback() {
        if (!namespaces.isNew(Namespace.Type.NETWORK)) {
            return;
        }
        Script init = in.init.group("network");
        byte[] request = Arrays.copyOf("lo".getBytes(StandardCharsets.US_ASCII), IFREQ_SIZE);
        request[IFREQ_FLAGS_AT] = (byte) IFF_UP_RUNNING;
        Register socket = init.get(
                Calls.SOCKET,
                "open a socket to bring up lo",
                imm(2 /* AF_INET */),
                imm(2 /* SOCK_DGRAM */ | Flags.O_CLOEXEC),
                Arg.ZERO);
        init.run(Calls.IOCTL, "bring up lo", socket, imm(SIOCSIFFLAGS), in.plan.bytes(request, 8));
    }

    void names() {
        Script init = in.init.group("names");
        in.config.hostname().ifPresent(name -> {
            if (!namespaces.isNew(Namespace.Type.UTS)) {
                throw new UnsupportedConfig("unable to set hostname without a private UTS namespace");
            }
            init.run(Calls.SETHOSTNAME, "set the hostname to " + name, in.string(name), imm(length(name)));
        });
        in.config.domainname().ifPresent(name -> {
            if (!namespaces.isNew(Namespace.Type.UTS)) {
                throw new UnsupportedConfig("unable to set domainname without a private UTS namespace");
            }
            init.run(Calls.SETDOMAINNAME, "set the domain name to " + name, in.string(name), imm(length(name)));
        });
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Only what a namespace of the container's own holds, written through a /proc that is shown to be one. */
    void sysctls() {
        Script init = in.init.group("sysctl");
        in.linux.sysctl().forEach((key, value) -> {
            String path = "sys/" + relative(key);
            String what = "set sysctl " + key + " to " + value;
            Register file = init.get(
                    Calls.OPENAT2,
                    OnFailure.STOP,
                    what,
                    in.proc,
                    in.string(path),
                    in.how(
                            Flags.O_WRONLY | Flags.O_CLOEXEC,
                            0,
                            Flags.RESOLVE_BENEATH | Flags.RESOLVE_NO_XDEV | Flags.RESOLVE_NO_SYMLINKS),
                    imm(Flags.OPEN_HOW_SIZE));
            init.run(Calls.WRITE, what, file, in.string(value), imm(length(value)));
            init.run(Calls.CLOSE, what, file);
        });
    }

    /** Refuses what would reach the host (CVE-2022-0532), and what is not one key (CVE-2022-0811). */
    private String relative(String key) {
        String path = key.indexOf('/') >= 0 && (key.indexOf('.') < 0 || key.indexOf('/') < key.indexOf('.'))
                ? key
                : key.replace('/', '\0').replace('.', '/').replace('\0', '.');
        if (!path.matches("[A-Za-z0-9_.:/@-]+") || path.contains("..") || path.startsWith("/")) {
            throw new UnsupportedConfig("sysctl \"" + key + "\" is not a name in /proc/sys");
        }
        String dotted = path.replace('/', '.');
        boolean ipc = IPC_SYSCTLS.contains(dotted) || dotted.startsWith("fs.mqueue.");
        if (ipc && namespaces.isNew(Namespace.Type.IPC)) {
            return path;
        }
        if (ipc) {
            throw new UnsupportedConfig("sysctl \"" + key + "\" is not allowed in the hosts ipc namespace");
        }
        if (dotted.startsWith("net.")) {
            if (in.linux.namespaces().stream().noneMatch(n -> n.type() == Namespace.Type.NETWORK)) {
                throw new UnsupportedConfig("sysctl \"" + key + "\" not allowed in host network namespace");
            }
            return path;
        }
        if (dotted.equals("kernel.domainname") && namespaces.isNew(Namespace.Type.UTS)) {
            return path;
        }
        throw new UnsupportedConfig("sysctl \"" + key + "\" is not in a separate kernel namespace");
    }

    /** proc(5): /proc/self/oom_score_adj, before any capability is gone. */
    void oomScore() {
        in.config
                .process()
                .ifPresent(process -> process.oomScoreAdj().ifPresent(score -> {
                    Script init = in.init.group("limits");
                    String what = "set oom_score_adj to " + score;
                    Register file = init.get(
                            Calls.OPENAT,
                            what,
                            in.proc,
                            in.string("self/oom_score_adj"),
                            imm(Flags.O_WRONLY | Flags.O_CLOEXEC),
                            Arg.ZERO);
                    String text = Integer.toString(score);
                    init.run(Calls.WRITE, what, file, in.string(text), imm(text.length()));
                }));
    }

    /** For as long as nobody would know of it without the runtime (PR_SET_PDEATHSIG(2const)). */
    static void dieWithTheRuntime(Script script, String what) {
        signalAtParentsEnd(script, imm(Flags.SIGKILL), what);
    }

    static void liveOnWithoutTheRuntime(Script script) {
        signalAtParentsEnd(script, Arg.ZERO, "live on without the runtime");
    }

    private static void signalAtParentsEnd(Script script, Arg signal, String what) {
        script.run(Calls.PRCTL, what, imm(Flags.PR_SET_PDEATHSIG), signal, Arg.ZERO, Arg.ZERO, Arg.ZERO);
    }

    /** The caller may be bound to some processors; the container's limit is its cpuset (sched_setaffinity(2)). */
    static void resetAffinity(Assembly in, Script script) {
        byte[] all = new byte[128];
        Arrays.fill(all, (byte) 0xff);
        script.run(
                Calls.SCHED_SETAFFINITY,
                OnFailure.tolerate(
                        "a kernel may refuse it, and nothing is lost", Errno.EINVAL, Errno.EPERM, Errno.ENOSYS),
                "use every processor that the cpuset has",
                Arg.ZERO,
                imm(all.length),
                in.plan.bytes(all, 8));
    }

    /** A session keyring of its own, so that the caller's keys are not the container's (keyctl(2)). */
    void keyring() {
        if (in.request.newKeyring()) {
            Optional<SecurityLabels> labels = in.config.process().map(process -> new SecurityLabels(in, process));
            labels.ifPresent(each -> each.keys(in.init));
            in.init
                    .group("namespaces")
                    .run(
                            Calls.KEYCTL,
                            OnFailure.tolerate("kernels without keys have none to leak", Errno.ENOSYS),
                            "join a new session keyring",
                            imm(1 /* KEYCTL_JOIN_SESSION_KEYRING */),
                            in.string("_ses." + in.request.id()));
            labels.ifPresent(each -> each.noKeys(in.init));
        }
    }

    /** The host's /proc, shown to be a procfs before anything is written through it (CVE-2025-52881). */
    void openProc() {
        Script outer = in.outer.group("state");
        outer.get(
                in.proc,
                Calls.OPENAT,
                OnFailure.STOP,
                "open /proc",
                imm(Flags.AT_FDCWD),
                in.string("/proc"),
                imm(in.openDirectory()),
                Arg.ZERO);
        Data buffer = in.plan.space(120, 8);
        outer.run(Calls.FSTATFS, "ask what /proc is", in.proc, buffer);
        Register type = outer.load(buffer, 8, "its type");
        outer.check(
                type,
                -1,
                Compare.EQUAL,
                imm(Flags.PROC_SUPER_MAGIC),
                Errno.EINVAL,
                "/proc is not a proc file system",
                true);
    }
}
