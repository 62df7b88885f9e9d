package dev.estiba.runtime.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How cgroups are mounted on a host, as far as plans need it: read once by whoever executes, never from mountinfo.
 *
 * @param unified whether /sys/fs/cgroup is a version 2 tree
 * @param hierarchies the version 1 hierarchies: the directory beneath /sys/fs/cgroup and its controllers
 * @param links other names of hierarchies (cpu for cpu,cpuacct)
 * @param controllers those of the version 2 tree, as its root names them
 * @param own the caller's own group by controller list as /proc/self/cgroup names it ("" is version 2)
 */
public record CgroupLayout(
        boolean unified,
        List<Hierarchy> hierarchies,
        List<String> links,
        List<String> controllers,
        Map<String, String> own) {
    /** No cgroup file system at all. */
    public static final CgroupLayout NONE = new CgroupLayout(false, List.of(), List.of(), List.of(), Map.of());

    /** A version 1 hierarchy; {@code directory} is its name beneath /sys/fs/cgroup. */
    public record Hierarchy(String directory) {
        /** Whether it holds that controller. */
        public boolean has(String controller) {
            if (directory.equals(controller)) {
                return true;
            }
            for (String each : directory.split(",")) {
                if (each.equals(controller)) {
                    return true;
                }
            }
            return false;
        }

        /** How /proc/self/cgroup names it. */
        String listed() {
            return directory.equals("systemd") ? "name=systemd" : directory;
        }
    }

    public CgroupLayout {
        hierarchies = List.copyOf(hierarchies);
        links = List.copyOf(links);
        controllers = List.copyOf(controllers);
        own = Map.copyOf(own);
    }

    /**
     * From the bytes that the native side gathers.
     *
     * @param magic of the file system at /sys/fs/cgroup (statfs(2))
     * @param entries its directories ("d" and the name) and links ("l" and the name); of version 2 the controllers ("c" and
     *     the text of cgroup.controllers)
     * @param selfCgroup the text of /proc/self/cgroup
     */
    public static CgroupLayout of(long magic, List<String> entries, String selfCgroup) {
        Map<String, String> own = ownGroups(selfCgroup);
        List<Hierarchy> hierarchies = new ArrayList<>();
        List<String> links = new ArrayList<>();
        List<String> controllers = new ArrayList<>();
        for (String entry : entries) {
            String name = entry.substring(1);
            if (entry.charAt(0) == 'l') {
                links.add(name);
            } else if (entry.charAt(0) == 'c') {
                controllers.addAll(List.of(name.strip().split(" +")));
            } else if (listed(own, name)) {
                hierarchies.add(new Hierarchy(name));
            }
        }
        hierarchies.sort((a, b) -> a.directory().compareTo(b.directory()));
        controllers.remove("");
        return new CgroupLayout(magic == Flags.CGROUP2_SUPER_MAGIC, hierarchies, links, controllers, own);
    }

    /** Whether a directory is a mounted hierarchy, and not the empty place of one, or version 2's. */
    private static boolean listed(Map<String, String> own, String directory) {
        String name = new Hierarchy(directory).listed();
        if (own.containsKey(name)) {
            return true;
        }
        Set<String> controllers = Set.of(name.split(","));
        return own.keySet().stream()
                .anyMatch(key -> !key.isEmpty() && Set.of(key.split(",")).equals(controllers));
    }

    /** Lines {@code id:controllers:path} (cgroups(7)). */
    private static Map<String, String> ownGroups(String selfCgroup) {
        Map<String, String> own = new LinkedHashMap<>();
        for (String line : selfCgroup.split("\n")) {
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            if (first > 0 && second > first) {
                own.put(line.substring(first + 1, second), line.substring(second + 1));
            }
        }
        return own;
    }

    /** The caller's own group in a hierarchy; "/" where it is not listed. */
    String ownIn(Hierarchy hierarchy) {
        return own.getOrDefault(hierarchy.listed(), "/");
    }
}
