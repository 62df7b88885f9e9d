package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Excerpt;
import java.util.Set;

/**
 * Which sysctls a container may set: those that its own namespaces hold. /proc/sys is not namespaced as a whole, so
 * anything else would be set on the host. runc's validator has the same list. Whether a network namespace that is
 * joined by its path is the host's own is for the runtime to see.
 */
final class SysctlRules {
    /** ipc_namespaces(7), System V IPC. */
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private SysctlRules() {}

    static void check(Findings findings, Linux linux) {
        for (String key : linux.sysctl().keySet()) {
            String name = withDots(key);
            if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
                needs(findings, linux, Namespace.Type.IPC, name);
            } else if (name.startsWith("net.")) {
                needs(findings, linux, Namespace.Type.NETWORK, name);
            } else if (name.equals("kernel.domainname")) {
                needs(findings, linux, Namespace.Type.UTS, name);
            } else if (name.equals("kernel.hostname")) {
                add(findings, name, "is set by the field hostname");
            } else {
                add(findings, name, "belongs to no namespace and would change the host");
            }
        }
    }

    private static void needs(Findings findings, Linux linux, Namespace.Type type, String name) {
        if (!LinuxRules.has(linux, type)) {
            add(findings, name, "cannot be set without a namespace of type " + type.specName());
        }
    }

    private static void add(Findings findings, String name, String problem) {
        findings.add(Rule.SYSCTL, "linux.sysctl[" + Excerpt.quoted(name) + "]", problem);
    }

    /** sysctl(8): if the first separator is a slash, slashes separate and a dot belongs to a name. */
    private static String withDots(String key) {
        int slash = key.indexOf('/');
        int dot = key.indexOf('.');
        if (slash < 0 || dot >= 0 && dot < slash) {
            return key;
        }
        StringBuilder swapped = new StringBuilder(key.length());
        for (int i = 0; i < key.length(); i++) {
            char unit = key.charAt(i);
            swapped.append(unit == '/' ? '.' : unit == '.' ? '/' : unit);
        }
        return swapped.toString();
    }
}
