package dev.estiba.runtime.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A mount's options in the kernel's terms (config.md, "Linux mount options"; mount(2), mount_setattr(2)).
 *
 * @param flags MS_* to set, MS_BIND and MS_REC included
 * @param cleared MS_* that an option such as {@code exec} takes back
 * @param propagation MS_SHARED, MS_SLAVE, MS_PRIVATE or MS_UNBINDABLE with or without MS_REC, in order
 * @param recursive attributes to set on the whole tree ({@code rro} …), MOUNT_ATTR_*
 * @param recursiveCleared attributes to clear on the whole tree
 * @param data what is left for the file system, joined by commas
 * @param copyUp {@code tmpcopyup}
 * @param idmap {@code idmap} or {@code ridmap} was asked for
 * @param idmapDeep {@code ridmap} was
 */
record MountOptions(
        long flags,
        long cleared,
        List<Long> propagation,
        long recursive,
        long recursiveCleared,
        String data,
        boolean copyUp,
        boolean idmap,
        boolean idmapDeep) {
    private record Flag(boolean clear, long bits) {}

    private static final String COPY_UP = "tmpcopyup";

    private static final Map<String, Flag> FLAGS = flagNames();
    private static final Map<String, Long> PROPAGATION = Map.of(
            "private",
            Flags.MS_PRIVATE,
            "rprivate",
            Flags.MS_PRIVATE | Flags.MS_REC,
            "shared",
            Flags.MS_SHARED,
            "rshared",
            Flags.MS_SHARED | Flags.MS_REC,
            "slave",
            Flags.MS_SLAVE,
            "rslave",
            Flags.MS_SLAVE | Flags.MS_REC,
            "unbindable",
            Flags.MS_UNBINDABLE,
            "runbindable",
            Flags.MS_UNBINDABLE | Flags.MS_REC);
    private static final Map<String, Flag> RECURSIVE = recursiveNames();

    private static Map<String, Flag> flagNames() {
        Map<String, Flag> names = new HashMap<>();
        both(names, "ro", "rw", Flags.MS_RDONLY);
        both(names, "nosuid", "suid", Flags.MS_NOSUID);
        both(names, "nodev", "dev", Flags.MS_NODEV);
        both(names, "noexec", "exec", Flags.MS_NOEXEC);
        both(names, "sync", "async", Flags.MS_SYNCHRONOUS);
        both(names, "noatime", "atime", Flags.MS_NOATIME);
        both(names, "nodiratime", "diratime", Flags.MS_NODIRATIME);
        both(names, "relatime", "norelatime", Flags.MS_RELATIME);
        both(names, "strictatime", "nostrictatime", Flags.MS_STRICTATIME);
        both(names, "iversion", "noiversion", Flags.MS_I_VERSION);
        both(names, "lazytime", "nolazytime", Flags.MS_LAZYTIME);
        both(names, "mand", "nomand", Flags.MS_MANDLOCK);
        both(names, "silent", "loud", Flags.MS_SILENT);
        both(names, "nosymfollow", "symfollow", Flags.MS_NOSYMFOLLOW);
        names.put("dirsync", new Flag(false, Flags.MS_DIRSYNC));
        names.put("remount", new Flag(false, Flags.MS_REMOUNT));
        names.put("bind", new Flag(false, Flags.MS_BIND));
        names.put("rbind", new Flag(false, Flags.MS_BIND | Flags.MS_REC));
        names.put("defaults", new Flag(false, 0));
        return Map.copyOf(names);
    }

    private static void both(Map<String, Flag> names, String set, String clear, long bits) {
        names.put(set, new Flag(false, bits));
        names.put(clear, new Flag(true, bits));
    }

    private static Map<String, Flag> recursiveNames() {
        Map<String, Flag> names = new HashMap<>();
        both(names, "rro", "rrw", Flags.MOUNT_ATTR_RDONLY);
        both(names, "rnosuid", "rsuid", Flags.MOUNT_ATTR_NOSUID);
        both(names, "rnodev", "rdev", Flags.MOUNT_ATTR_NODEV);
        both(names, "rnoexec", "rexec", Flags.MOUNT_ATTR_NOEXEC);
        both(names, "rnodiratime", "rdiratime", Flags.MOUNT_ATTR_NODIRATIME);
        both(names, "rnosymfollow", "rsymfollow", Flags.MOUNT_ATTR_NOSYMFOLLOW);
        both(names, "rnoatime", "ratime", Flags.MOUNT_ATTR_NOATIME);
        both(names, "rstrictatime", "rnostrictatime", Flags.MOUNT_ATTR_STRICTATIME);
        names.put("rrelatime", new Flag(true, Flags.MOUNT_ATTR__ATIME));
        names.put(
                "rnorelatime", new Flag(true, 0)); // relatime is what the kernel does unless told otherwise (mount(2))
        return Map.copyOf(names);
    }

    /** Every option that means something here and is not the file system's, sorted. */
    static List<String> names() {
        return Stream.of(FLAGS.keySet(), PROPAGATION.keySet(), RECURSIVE.keySet(), Set.of(COPY_UP, "idmap", "ridmap"))
                .flatMap(Set::stream)
                .sorted()
                .toList();
    }

    static MountOptions parse(List<String> options) {
        long flags = 0;
        long cleared = 0;
        long recursive = 0;
        long recursiveCleared = 0;
        boolean copyUp = false;
        boolean idmap = false;
        boolean idmapDeep = false;
        List<Long> propagation = new ArrayList<>(1);
        StringBuilder data = new StringBuilder();
        for (String option : options) {
            Flag flag = FLAGS.get(option);
            if (flag != null) {
                flags = flag.clear() ? flags & ~flag.bits() : flags | flag.bits();
                cleared = flag.clear() ? cleared | flag.bits() : cleared & ~flag.bits();
                continue;
            }
            Long spread = PROPAGATION.get(option);
            Flag deep = RECURSIVE.get(option);
            if (spread != null) {
                propagation.add(spread);
            } else if (deep != null) {
                recursive = deep.clear() ? recursive & ~deep.bits() : recursive | deep.bits();
                recursiveCleared |= (deep.clear() ? deep.bits() : 0) | atimeMask(deep.bits());
            } else if (option.equals(COPY_UP)) {
                copyUp = true;
            } else if (option.equals("idmap") || option.equals("ridmap")) {
                idmap = true;
                idmapDeep |= option.equals("ridmap");
            } else {
                data.append(data.isEmpty() ? "" : ",").append(option);
            }
        }
        return new MountOptions(
                flags, cleared, propagation, recursive, recursiveCleared, data.toString(), copyUp, idmap, idmapDeep);
    }

    /** The access-time modes are one field: whoever sets or clears one clears the field, or gets EINVAL (mount_setattr(2)). */
    private static long atimeMask(long bits) {
        return (bits & Flags.MOUNT_ATTR__ATIME) != 0 ? Flags.MOUNT_ATTR__ATIME : 0;
    }

    boolean bind() {
        return (flags & Flags.MS_BIND) != 0;
    }

    boolean has(long bits) {
        return (flags & bits) != 0;
    }

    /** The per-mount flags as MOUNT_ATTR_* to set. */
    long attributes() {
        long set = 0;
        set |= has(Flags.MS_RDONLY) ? Flags.MOUNT_ATTR_RDONLY : 0;
        set |= has(Flags.MS_NOSUID) ? Flags.MOUNT_ATTR_NOSUID : 0;
        set |= has(Flags.MS_NODEV) ? Flags.MOUNT_ATTR_NODEV : 0;
        set |= has(Flags.MS_NOEXEC) ? Flags.MOUNT_ATTR_NOEXEC : 0;
        set |= has(Flags.MS_NODIRATIME) ? Flags.MOUNT_ATTR_NODIRATIME : 0;
        set |= has(Flags.MS_NOSYMFOLLOW) ? Flags.MOUNT_ATTR_NOSYMFOLLOW : 0;
        if (has(Flags.MS_NOATIME)) {
            set |= Flags.MOUNT_ATTR_NOATIME;
        } else if (has(Flags.MS_STRICTATIME)) {
            set |= Flags.MOUNT_ATTR_STRICTATIME;
        }
        return set;
    }

    /** The per-mount flags that options take back, as MOUNT_ATTR_* to clear. */
    long clearedAttributes() {
        long clear = 0;
        clear |= (cleared & Flags.MS_RDONLY) != 0 ? Flags.MOUNT_ATTR_RDONLY : 0;
        clear |= (cleared & Flags.MS_NOSUID) != 0 ? Flags.MOUNT_ATTR_NOSUID : 0;
        clear |= (cleared & Flags.MS_NODEV) != 0 ? Flags.MOUNT_ATTR_NODEV : 0;
        clear |= (cleared & Flags.MS_NOEXEC) != 0 ? Flags.MOUNT_ATTR_NOEXEC : 0;
        clear |= (cleared & Flags.MS_NODIRATIME) != 0 ? Flags.MOUNT_ATTR_NODIRATIME : 0;
        clear |= (cleared & Flags.MS_NOSYMFOLLOW) != 0 ? Flags.MOUNT_ATTR_NOSYMFOLLOW : 0;
        boolean atime = has(Flags.MS_NOATIME | Flags.MS_STRICTATIME | Flags.MS_RELATIME)
                || (cleared & (Flags.MS_NOATIME | Flags.MS_STRICTATIME)) != 0;
        return atime ? clear | Flags.MOUNT_ATTR__ATIME : clear;
    }
}
