package dev.estiba.daemon.forward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** namespaces(7): device and inode of /proc/self/ns/NAME are a namespace's identity. */
final class Namespaces {
    /** In the order of native/src/forward_call.c. */
    private static final List<String> NAMES = List.of("mnt", "user", "net", "pid", "ipc", "uts", "cgroup");

    private Namespaces() {}

    /** Those of this process, two numbers for each; 0 and 0 for what this kernel does not have. */
    static List<Long> own() throws IOException {
        List<Long> ids = new ArrayList<>();
        for (String name : NAMES) {
            Path file = Path.of("/proc/self/ns", name);
            Map<String, Object> facts =
                    Files.exists(file) ? Files.readAttributes(file, "unix:dev,ino") : Map.of("dev", 0L, "ino", 0L);
            ids.add((Long) facts.get("dev"));
            ids.add((Long) facts.get("ino"));
        }
        return ids;
    }
}
