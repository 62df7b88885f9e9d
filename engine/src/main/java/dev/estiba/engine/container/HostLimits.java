package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says of a start that has met a limit of the host which one that is, how far it is reached, and what to do: the kernel has one word for
 * several of them, and none of the word's usual readings is right (a full disk, a quota of files).
 */
final class HostLimits {
    private static final Path SYSCTLS = Path.of("/proc/sys");

    private HostLimits() {}

    /**
     * A limit.
     *
     * @param step what was done when it was met, as failures have it
     * @param errno what the kernel says then
     */
    private record Limit(String step, Errno errno, Advice advice) {}

    private interface Advice {
        String text();
    }

    private static final List<Limit> ALL = List.of(
            new Limit("/dev/pts/ptmx", Errno.ENOSPC, HostLimits::terminals),
            new Limit("session keyring", Errno.EDQUOT, HostLimits::keys),
            new Limit("start the container's init", Errno.EAGAIN, HostLimits::processes),
            new Limit("fork", Errno.EAGAIN, HostLimits::processes),
            new Limit("clone", Errno.EAGAIN, HostLimits::processes),
            new Limit("unshare", Errno.ENOSPC, HostLimits::namespaces),
            new Limit("start the container's init", Errno.ENOSPC, HostLimits::namespaces));

    /** The same failure, with the limit that was met; as it is when it was none. */
    static ApiException explained(ApiException why) {
        String said = why.message().toLowerCase(Locale.ROOT);
        Optional<Limit> met = ALL.stream()
                .filter(limit -> said.contains(limit.step())
                        && said.contains(limit.errno().text().toLowerCase(Locale.ROOT)))
                .findFirst();
        return met.isEmpty()
                ? why
                : new ApiException(
                        why.status(), why.message() + ": " + met.get().advice().text(), why);
    }

    private static String terminals() {
        return "all terminals that containers may have are in use (" + number("kernel/pty/nr") + " of "
                + number("kernel/pty/max") + ", of which " + number("kernel/pty/reserve")
                + " are for the host alone): end what runs with -t, or raise the sysctl kernel.pty.max";
    }

    private static String keys() {
        return "its user has as many keys as the kernel lets a user have, and each container has a keyring of its own (root "
                + number("kernel/keys/root_maxkeys") + " keys and " + number("kernel/keys/root_maxbytes")
                + " bytes, others " + number("kernel/keys/maxkeys") + " and " + number("kernel/keys/maxbytes")
                + "; /proc/key-users tells who has how many): raise the sysctls kernel.keys.root_maxkeys and"
                + " kernel.keys.maxkeys";
    }

    private static String processes() {
        return "there can be no more processes or threads. The host may have " + number("kernel/threads-max")
                + " (kernel.threads-max) with numbers below " + number("kernel/pid_max")
                + " (kernel.pid_max), the engine and what is beneath it fewer where its service says so (TasksMax=, LimitNPROC=),"
                + " a container as many as its --pids-limit";
    }

    private static String namespaces() {
        return "the host has as many namespaces of a kind as it may have, or they are nested too deeply: raise the sysctl of"
                + " that kind in user.max_*_namespaces (network: " + number("user/max_net_namespaces") + ", user: "
                + number("user/max_user_namespaces") + ", mount: " + number("user/max_mnt_namespaces") + ", pid: "
                + number("user/max_pid_namespaces") + ")";
    }

    private static String number(String sysctl) {
        try {
            return Files.readString(SYSCTLS.resolve(sysctl), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
