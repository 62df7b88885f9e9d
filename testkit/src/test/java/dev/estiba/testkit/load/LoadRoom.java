package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A daemon in a room of its own with an image of busybox's, its API, and what it takes of the machine. */
final class LoadRoom implements AutoCloseable {
    static final boolean LONG = Boolean.getBoolean("estiba.long");
    static final String IMAGE = "sea:1";

    private final ProductRoom product;
    private final Api api;
    private final Set<String> parents = new TreeSet<>();

    private LoadRoom(ProductRoom product, Api api) {
        this.product = product;
        this.api = api;
    }

    /** @param place an empty directory */
    static LoadRoom open(Path place) throws Exception {
        return open(place, "true");
    }

    /** @param before what the shell does that starts the daemon */
    static LoadRoom open(Path place, String before) throws Exception {
        ProductRoom product = ProductRoom.withDaemon(place);
        for (String name : "dd wc ls tail yes sed".split(" ")) {
            Files.createSymbolicLink(place.resolve("image/bin").resolve(name), Path.of("busybox"));
        }
        Files.createDirectories(place.resolve("image/tmp"));
        LoadRoom room = new LoadRoom(product, new Api(product.room().root().resolve("run/estiba/docker.sock")));
        room.shell(before + " && ip link set lo up && \"$1\" ps -q && tar -C '" + place.resolve("image")
                + "' -c . | \"$1\" import - " + IMAGE);
        return room;
    }

    ProductRoom product() {
        return product;
    }

    Api api() {
        return api;
    }

    /** What a script says, in the room, in which "$1" is the command. */
    String shell(String script) throws Exception {
        Ended ended = product.room().callFrom(script);
        assertThat(ended.status()).as("%s: %s", script, ended).isZero();
        return ended.output();
    }

    ProcessHandle daemon() throws IOException {
        return ProcessHandle.of(
                        Long.parseLong(Files.readString(product.room().root().resolve("var/lib/estiba/daemon.lock"))
                                .strip()))
                .orElseThrow();
    }

    /**
     * @param kibibytes resident
     * @param mounts in the daemon's mount namespace
     * @param links of the network namespace that is its host's
     * @param rules lines of the firewall's listing
     * @param groups cgroups beneath the one that was named
     * @param stored bytes of the data root, without the journal of events, which has 2 MiB at most
     */
    record Taken(
            long kibibytes,
            long descriptors,
            long threads,
            long mounts,
            long links,
            long rules,
            long groups,
            long stored) {}

    /** After a collection, where that is asked for: what the daemon holds, and not how long ago it looked. */
    Taken taken(String parent, boolean isCollected) throws Exception {
        parents.add(parent);
        ProcessHandle daemon = daemon();
        if (isCollected) {
            collect(daemon);
        }
        Path process = Path.of("/proc", Long.toString(daemon.pid()));
        String[] counted = shell("ip -o link | wc -l; nft list ruleset 2>/dev/null | wc -l;"
                        + " find /sys/fs/cgroup -type d -path '*/" + parent + "/*' 2>/dev/null | wc -l;"
                        + " du -s -B1 --exclude=events --exclude=events.1 /var/lib/estiba | cut -f1")
                .split("\n");
        return new Taken(
                status(process, "VmRSS:"),
                count(process.resolve("fd")),
                status(process, "Threads:"),
                Files.readAllLines(process.resolve("mountinfo")).size(),
                Long.parseLong(counted[0].strip()),
                Long.parseLong(counted[1].strip()),
                Long.parseLong(counted[2].strip()),
                Long.parseLong(counted[3].strip()));
    }

    private static void collect(ProcessHandle daemon) throws IOException, InterruptedException {
        Path java = Path.of("/proc/" + daemon.pid() + "/exe").toRealPath();
        Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
        Process collection = new ProcessBuilder(
                        Files.isExecutable(java.resolveSibling("jcmd"))
                                ? java.resolveSibling("jcmd").toString()
                                : jcmd.toString(),
                        Long.toString(daemon.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .start();
        String said = new String(collection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(collection.waitFor()).as(said).isZero();
    }

    static long count(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static long status(Path process, String key) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Removes all containers, and looks for what they may have left. */
    void clear() throws Exception {
        for (String id : api.ids("/containers/json?all=1")) {
            product.know(id);
            api.remove(id);
        }
        product.leavesNothing();
    }

    /** The groups that a test has named are nobody's to remove but the test's; one in which something is left cannot be removed. */
    @Override
    public void close() throws Exception {
        product.close();
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies.toList()) {
                for (String parent : parents) {
                    Files.deleteIfExists(hierarchy.resolve(parent));
                }
            }
        }
    }
}
