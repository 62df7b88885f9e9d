package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root's containers with user namespaces, seen from their inside. */
@Tag("kernel")
class UserNamespaceKernelTest {
    private static final int FIRST = 200_000;
    private static final Map<String, Object> RANGE = Map.of("containerID", 0, "hostID", FIRST, "size", 65536);

    @TempDir
    private Path directory = Path.of("/");

    private Optional<Oci> oci = Optional.empty();

    @BeforeEach
    void open() throws IOException {
        oci = Optional.of(Oci.of("estiba-oci", directory));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterEach
    void close() throws IOException {
        if (oci.isPresent()) {
            oci.get().close();
        }
    }

    private Oci oci() {
        return oci.orElseThrow();
    }

    /** Docker's container with a shell in the place of its root file system; all of that belongs to {@code owner}. */
    private Bundle bundle(int owner, String script) throws Exception {
        Path program =
                Busybox.program(Path.of(System.getProperty("estiba.repo", "."))).orElse(Path.of("/nowhere"));
        assumeTrue(Files.exists(program), "no static busybox on this machine, nor among the peers");
        Bundle bundle = oci().bundle(oci().newId());
        Path root = Busybox.root(
                program,
                bundle.directory().resolve("shell"),
                "sh",
                "cat",
                "id",
                "ls",
                "readlink",
                "sleep",
                "stat",
                "touch");
        chown(owner, root);
        return bundle.edit(config -> config.put("root.path", "shell")
                .put("root.readonly", false)
                .put("process.args", List.of("sh", "-c", script)));
    }

    private static void chown(int owner, Path tree) throws Exception {
        assertThat(new ProcessBuilder("chown", "-R", owner + ":" + owner, tree.toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static Bundle namespaces(Bundle bundle, Map<String, String> more) throws IOException {
        List<Object> all = new ArrayList<>();
        for (String type : List.of("mount", "pid", "uts", "ipc", "network", "cgroup", "user")) {
            all.add(more.containsKey(type) ? Map.of("type", type, "path", more.get(type)) : Map.of("type", type));
        }
        return bundle.edit(config -> config.put("linux.namespaces", all).remove("linux.sysctl"));
    }

    private static Bundle mapped(Bundle bundle) throws IOException {
        return namespaces(bundle, Map.of())
                .edit(config ->
                        config.put("linux.uidMappings", List.of(RANGE)).put("linux.gidMappings", List.of(RANGE)));
    }

    private static void bind(Bundle bundle, Path source, String destination, Map<String, Object> more)
            throws IOException {
        Map<String, Object> mount = new java.util.HashMap<>(more);
        mount.put("destination", destination);
        mount.put("type", "bind");
        mount.put("source", source.toString());
        mount.putIfAbsent("options", List.of("rbind"));
        bundle.edit(config -> config.add("mounts", mount));
    }

    private Oci.Result run(Bundle bundle) throws Exception {
        return oci().run("run", "--bundle", bundle.directory().toString(), bundle.id());
    }

    @Test
    void rootOfTheContainerIsAnOrdinaryUserOutside() throws Exception {
        Bundle bundle = mapped(
                bundle(
                        FIRST,
                        "id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; stat -c '%u:%g' /bin/sh;"
                                + " touch /tmp/made; stat -c '%t:%T' /dev/null /dev/urandom; echo x >/dev/null; readlink /dev/ptmx"));
        assertThat(run(bundle).succeeds().output().replaceAll(" +", " "))
                .isEqualTo("0\n0\n 0 200000 65536\n 0 200000 65536\nallow\n0:0\n1:3\n1:9\npts/ptmx\n");
        assertThat(Files.getAttribute(bundle.directory().resolve("shell/tmp/made"), "unix:uid"))
                .isEqualTo(FIRST);
    }

    /** The directory above it is 0700 and root's: only the caller has a way there. */
    @Test
    void whatOnlyTheCallerCanOpenIsMounted() throws Exception {
        Bundle bundle = mapped(bundle(FIRST, "cat /public; cat /private || echo refused"));
        Path hidden = Files.createDirectory(
                directory.resolve("hidden"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path open = Files.writeString(hidden.resolve("public"), "for all\n");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Path closed = Files.writeString(hidden.resolve("private"), "for root\n");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rw-------"));
        bind(bundle, open, "/public", Map.of());
        bind(bundle, closed, "/private", Map.of());
        Oci.Result result = run(bundle).succeeds();
        assertThat(result.output()).isEqualTo("for all\nrefused\n");
    }

    @Test
    void everyNamespaceBelongsToTheUserNamespaceAndAnExecJoinsAll() throws Exception {
        Bundle bundle = mapped(bundle(FIRST, "echo ready; exec sleep 1000"));
        oci().create(bundle);
        oci().run("start", bundle.id()).succeeds();
        String pid = Long.toString(oci().state(bundle.id()).number("pid"));
        String links = "for n in user pid mnt uts ipc net cgroup; do readlink /proc/self/ns/$n; done; id -u; cat"
                + " /proc/self/uid_map";
        List<String> inside = oci().run("exec", bundle.id(), "sh", "-c", links)
                .succeeds()
                .output()
                .lines()
                .toList();
        List<String> names = List.of("user", "pid", "mnt", "uts", "ipc", "net", "cgroup");
        for (int i = 0; i < names.size(); i++) {
            Path ofInit = Path.of("/proc", pid, "ns", names.get(i));
            assertThat(inside.get(i)).isEqualTo(Files.readSymbolicLink(ofInit).toString());
            assertThat(inside.get(i))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", names.get(i)))
                            .toString());
        }
        assertThat(inside.get(names.size())).isEqualTo("0");
        assertThat(inside.getLast().strip()).endsWith("65536");
        assertThat(Files.getAttribute(Path.of("/proc", pid), "unix:uid")).isEqualTo(FIRST);
    }

    @Test
    void anotherContainersUserNamespaceIsJoined() throws Exception {
        Bundle first = mapped(bundle(FIRST, "exec sleep 1000"));
        oci().create(first);
        oci().run("start", first.id()).succeeds();
        String ns = "/proc/" + oci().state(first.id()).number("pid") + "/ns/";
        Bundle second = namespaces(
                bundle(
                        FIRST,
                        "readlink /proc/self/ns/user; readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; id -u;"
                                + " ls -d /proc/[0-9]*"),
                Map.of("user", ns + "user", "network", ns + "net", "ipc", ns + "ipc"));
        assertThat(run(second).succeeds().output())
                .isEqualTo(Files.readSymbolicLink(Path.of(ns + "user")) + "\n"
                        + Files.readSymbolicLink(Path.of(ns + "net")) + "\n"
                        + Files.readSymbolicLink(Path.of(ns + "ipc")) + "\n0\n/proc/1\n");
    }

    /** Without a user namespace, by ids of the mount's own; with one, by the container's. */
    @Test
    void idsOfAMountAreMapped() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
        chown(7, Files.writeString(volume.resolve("file"), "x"));
        Map<String, Object> own = Map.of("containerID", 7, "hostID", 70, "size", 1);
        String look = "stat -c '%u:%g' /v/file";
        Bundle plain = bundle(0, look);
        bind(plain, volume, "/v", Map.of("uidMappings", List.of(own), "gidMappings", List.of(own)));
        assertThat(run(plain).succeeds().output()).isEqualTo("70:70\n");
        Bundle inNamespace = mapped(bundle(FIRST, look + "; touch /v/new; stat -c '%u:%g' /v/new"));
        bind(inNamespace, volume, "/v", Map.of("options", List.of("rbind", "idmap")));
        chown(0, volume);
        chown(7, volume.resolve("file"));
        assertThat(run(inNamespace).succeeds().output()).isEqualTo("7:7\n0:0\n");
        assertThat(Files.getAttribute(volume.resolve("new"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void aSourceRelativeToTheBundleIsMappedToo() throws Exception {
        Bundle bundle = bundle(0, "stat -c %u /v");
        Files.createDirectory(bundle.directory().resolve("data"));
        Map<String, Object> own = Map.of("containerID", 0, "hostID", 1234, "size", 1);
        bind(bundle, Path.of("data"), "/v", Map.of("uidMappings", List.of(own), "gidMappings", List.of(own)));
        assertThat(run(bundle).succeeds().output()).isEqualTo("1234\n");
    }

    /** What was started for a failing start ends with it: Oci looks for what is left. */
    @Test
    void aMappingThatTheKernelRefusesIsNamedAndNothingStays() throws Exception {
        Bundle bundle = namespaces(bundle(FIRST, "id"), Map.of());
        List<Object> twice = List.of(RANGE, RANGE);
        bundle.edit(config -> config.put("linux.uidMappings", twice).put("linux.gidMappings", twice));
        run(bundle).fails("estiba-oci run failed: write 0 200000 65536, 0 200000 65536 to gid_map: invalid argument");
    }
}
