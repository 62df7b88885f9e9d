package dev.estiba.testkit.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {
    @TempDir
    private Path directory = Path.of("/");

    private Bundle bundle = new Bundle(directory, "");

    @BeforeEach
    void make() throws IOException {
        bundle = Bundles.ofRepository(Repository.root()).docker(directory.resolve("a \"quoted\" place"), "box-1");
    }

    private Config read() throws Exception {
        return ConfigReader.read(Files.readAllBytes(bundle.configFile()));
    }

    @Test
    void itIsDockersDefaultContainer() throws Exception {
        Config config = read();
        assertThat(config.process().orElseThrow().args()).containsExactly("/bin/true");
        assertThat(config.process().orElseThrow().env()).anyMatch("HOSTNAME=box-1"::equals);
        assertThat(config.mounts().stream().map(Mount::destination))
                .containsExactly(
                        "/proc",
                        "/dev",
                        "/dev/pts",
                        "/sys",
                        "/sys/fs/cgroup",
                        "/dev/mqueue",
                        "/dev/shm",
                        "/etc/resolv.conf",
                        "/etc/hostname",
                        "/etc/hosts");
        assertThat(config.linux().orElseThrow().namespaces().stream().map(Namespace::type))
                .extracting(type -> type.name().toLowerCase(java.util.Locale.ROOT))
                .containsExactly("mount", "network", "uts", "pid", "ipc");
        JsonObject json = bundle.config();
        assertThat(json.list("process.capabilities.bounding")).hasSize(14);
        assertThat(json.list("linux.maskedPaths")).hasSize(12);
        assertThat(json.list("linux.readonlyPaths")).hasSize(5);
        assertThat(json.number("linux.resources.memory.limit")).isEqualTo(64L << 20);
        assertThat(bundle.cgroup()).isEqualTo("/estiba-test/box-1");
        assertThat(config.linux().orElseThrow().seccomp()).isPresent();
    }

    @Test
    void whatItNamesIsThere() throws Exception {
        JsonObject json = bundle.config();
        assertThat(Path.of(json.text("root.path"))).isEqualTo(bundle.rootfs()).isDirectory();
        for (JsonObject mount : json.objects("mounts")) {
            if (mount.text("type").equals("bind")) {
                assertThat(Path.of(mount.text("source"))).isRegularFile().hasParent(bundle.directory());
            }
        }
        for (String program : List.of("bin/probe", "bin/true")) {
            assertThat(bundle.rootfs().resolve(program)).isExecutable();
        }
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(bundle.rootfs().resolve("tmp"))))
                .isEqualTo("rwxrwxrwx");
        assertThat(Files.getAttribute(bundle.rootfs().resolve("tmp"), "unix:mode"))
                .isEqualTo(040000 | 01777);
    }

    @Test
    void aTestChangesOnePoint() throws Exception {
        JsonObject before = bundle.config();
        bundle.probe("caps", "--", "ids").edit(config -> config.put("root.readonly", true));
        assertThat(read().root().orElseThrow().readonly()).isTrue();
        assertThat(read().process().orElseThrow().args()).containsExactly("/bin/probe", "caps", "--", "ids");
        assertThat(bundle.args("/bin/true")
                        .edit(config -> config.remove("root.readonly"))
                        .config())
                .isEqualTo(before);
    }

    @Test
    void anIdThatNoRuntimeTakesIsRefused() throws Exception {
        Bundles bundles = Bundles.ofRepository(Repository.root());
        for (String id : List.of("", "..", "a/b", "-a", "a b", "x".repeat(64))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bundles.docker(directory.resolve("other"), id))
                    .withMessage("not an id: '" + id + "'");
        }
        assertThat(directory.resolve("other")).doesNotExist();
    }
}
