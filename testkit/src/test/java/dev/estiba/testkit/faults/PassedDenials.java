package dev.estiba.testkit.faults;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The system calls that a command can do without: it succeeds though one of them is denied. Each with the reason. */
public final class PassedDenials {
    private static final Map<Pattern, String> REASONS = reasons();

    private PassedDenials() {}

    /** Whether a call, in the denier's words, is one of those. */
    public static boolean contains(String call) {
        return REASONS.keySet().stream().anyMatch(each -> each.matcher(call).matches());
    }

    private static Map<Pattern, String> reasons() {
        Map<Pattern, String> all = new LinkedHashMap<>();
        put(all, "readlinkat /proc/self/exe", "where the tree is must be known to start a JVM; one runs");
        put(all, "openat /proc/self/uid_map", "who cannot see its mapping is taken for a user of the host");
        put(all, "socket", "without the resident a JVM of this call's own makes the plan");
        put(all, "connect .*/jvm/planner-.*", "the same");
        put(all, "statx .*/jvm", "the same: nobody is believed whose directory cannot be looked at");
        put(all, "sendmsg socket:.*", "the same, as it is asked");
        put(all, "poll", "the same, as its answer is waited for");
        put(all, "openat /proc/\\d+/comm", "whether the caller is conmon: if that is not known, it is not");
        put(all, "pidfd_getfd", "instead of the resident's copy of this program one is made");
        put(all, "fstatfs /estiba", "the same");
        put(all, "openat2 /etc/passwd", "the user's home is / then, as with runc");
        put(all, "openat /proc/\\d+/root", "the same, of an exec");
        put(all, "openat2 /dev", "what a mount goes onto is made in a longer way, component by component");
        put(all, "(openat2|mkdirat) (pts|shm|mqueue)", "the same");
        return all;
    }

    private static void put(Map<Pattern, String> all, String call, String reason) {
        all.put(Pattern.compile(call), reason);
    }
}
