package dev.estiba.linux.number;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A part of root's power: capabilities(7), linux/capability.h. The number is the bit in every capability set. */
public enum Capability {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID,
    KILL,
    SETGID,
    SETUID,
    SETPCAP,
    LINUX_IMMUTABLE,
    NET_BIND_SERVICE,
    NET_BROADCAST,
    NET_ADMIN,
    NET_RAW,
    IPC_LOCK,
    IPC_OWNER,
    SYS_MODULE,
    SYS_RAWIO,
    SYS_CHROOT,
    SYS_PTRACE,
    SYS_PACCT,
    SYS_ADMIN,
    SYS_BOOT,
    SYS_NICE,
    SYS_RESOURCE,
    SYS_TIME,
    SYS_TTY_CONFIG,
    MKNOD,
    LEASE,
    AUDIT_WRITE,
    AUDIT_CONTROL,
    SETFCAP,
    MAC_OVERRIDE,
    MAC_ADMIN,
    SYSLOG,
    WAKE_ALARM,
    BLOCK_SUSPEND,
    AUDIT_READ,
    PERFMON,
    BPF,
    CHECKPOINT_RESTORE;

    private static final Map<String, Capability> BY_NAME = indexByName();

    private static Map<String, Capability> indexByName() {
        Map<String, Capability> byName = new HashMap<>();
        for (Capability capability : values()) {
            byName.put("CAP_" + capability.name(), capability);
        }
        return Map.copyOf(byName);
    }

    /** The capability of exactly that name, {@code CAP_CHOWN}: the spelling of the kernel and of OCI. */
    public static Optional<Capability> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The capability that a person wrote: in any case, with or without CAP_. */
    public static Optional<Capability> parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        return named(name.startsWith("CAP_") ? name : "CAP_" + name);
    }

    /** A set as the kernel takes it: bit n for the capability with number n (capset(2), /proc/PID/status). */
    public static long mask(Collection<Capability> capabilities) {
        long mask = 0;
        for (Capability capability : capabilities) {
            mask |= capability.bit();
        }
        return mask;
    }

    /** The number in linux/capability.h, which is the order above. */
    public int number() {
        return ordinal();
    }

    public long bit() {
        return 1L << number();
    }

    /** The kernel's name: {@code CAP_CHOWN}. */
    public String fullName() {
        return "CAP_" + name();
    }
}
