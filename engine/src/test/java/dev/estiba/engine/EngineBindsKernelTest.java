package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.BindOptions;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.Mount;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.Fd;
import dev.estiba.linux.HostMount;
import dev.estiba.linux.MountInfo;
import dev.estiba.linux.Open;
import dev.estiba.linux.WithheldCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of the host in containers: what is told between the two, and what is read-only. */
@Tag("kernel")
class EngineBindsKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private final List<Path> mounted = new ArrayList<>();
    private EngineRoom room;
    private Path host;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory.resolve("engine"), rootfs);
        host = Files.createDirectories(directory.resolve("host"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (Path each : mounted.reversed()) {
            HostMount.detach(each.toString());
        }
        room.close();
    }

    private void mountTmpfs(Path place) throws Exception {
        Files.createDirectories(place);
        try (Fd mount = DetachedMount.of("tmpfs", "tmpfs", List.of("size=1m"));
                Fd at = Open.absolute(place.toString(), Open.How.directory())) {
            HostMount.attach(mount, at);
        }
        mounted.add(place);
    }

    private static void call(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private String run(UnaryOperator<HostConfig.Builder> wishes, String script) throws Exception {
        EngineRoom.Outcome outcome = room.run(room.request(
                config -> config, each -> wishes.apply(each.autoRemove(true)), "sh", "-c", "exec 2>&1; " + script));
        return outcome.out() + outcome.err();
    }

    private Mount mount(BindOptions options, boolean isReadOnly) {
        return Mount.builder()
                .type("bind")
                .source(host.toString())
                .target("/h")
                .readOnly(isReadOnly)
                .bindOptions(options)
                .build();
    }

    @Test
    void whatIsMountedInItIsReadOnlyToo() throws Exception {
        assumeTrue(
                !WithheldCalls.here().mountSetattr() && !WithheldCalls.here().openTree(),
                "mount_setattr(2) or open_tree(2) is withheld here");
        mountTmpfs(host.resolve("deep"));
        assertThat(run(each -> each.binds(List.of(host + ":/h:ro")), "touch /h/x; touch /h/deep/x"))
                .isEqualTo("touch: /h/x: Read-only file system\ntouch: /h/deep/x: Read-only file system\n");
        assertThat(run(
                        each -> each.mounts(List.of(mount(new BindOptions("", false, false, false, true), true))),
                        "touch /h/deep/x"))
                .isEqualTo("touch: /h/deep/x: Read-only file system\n");
        assertThat(run(
                        each -> each.mounts(List.of(mount(new BindOptions("", false, false, true, false), true))),
                        "touch /h/x; touch /h/deep/x"))
                .isEqualTo("touch: /h/x: Read-only file system\n");
        assertThat(host.resolve("deep/x")).exists();
        assertThat(run(
                        each -> each.mounts(List.of(mount(new BindOptions("", true, false, false, false), false))),
                        "ls /h/deep"))
                .isEmpty();
        assertThat(run(each -> each.binds(List.of(host + ":/h")), "ls /h/deep")).isEqualTo("x\n");
    }

    @Test
    void whatIsToldBetweenHostAndContainerIsWhatWasAskedFor() throws Exception {
        mountTmpfs(host);
        call("mount", "--make-private", host.toString());
        String on = " is mounted on " + host + " but it is not a shared";
        assertThatThrownBy(() -> run(each -> each.binds(List.of(host + ":/h:rshared")), "true"))
                .hasMessage("path " + host + on + " mount");
        assertThatThrownBy(() -> run(each -> each.binds(List.of(host + "/new/one:/h:slave")), "true"))
                .hasMessage("path " + host + "/new/one" + on + " or slave mount");
        assertThat(host.resolve("new")).doesNotExist();

        assumeTrue(
                !WithheldCalls.here().mountSetattr() && !WithheldCalls.here().openTree(),
                "mount_setattr(2) or open_tree(2) is withheld here");
        call("mount", "--make-shared", host.toString());
        Files.createDirectories(host.resolve("within"));
        String mounts = "mkdir -p /h/within && /bin/busybox mount -t tmpfs inside /h/within && echo done";
        UnaryOperator<HostConfig.Builder> admin = each -> each.privileged(true);
        for (String mode : List.of("rprivate", "private", "rslave", "slave")) {
            String bind = host + ":/h:" + mode;
            UnaryOperator<HostConfig.Builder> wishes = admin.andThen(each -> each.binds(List.of(bind)))::apply;
            assertThat(run(wishes, mounts)).isEqualTo("done\n");
            assertThat(isMounted(host.resolve("within"))).as(mode).isFalse();
        }
        for (String mode : List.of("rshared", "shared")) {
            String bind = host + ":/h:" + mode;
            UnaryOperator<HostConfig.Builder> wishes = admin.andThen(each -> each.binds(List.of(bind)))::apply;
            assertThat(run(wishes, mounts)).isEqualTo("done\n");
            assertThat(isMounted(host.resolve("within"))).as(mode).isTrue();
            HostMount.detach(host.resolve("within").toString());
        }
    }

    @Test
    void whatTheHostMountsLaterComesToASlave() throws Exception {
        mountTmpfs(host);
        call("mount", "--make-shared", host.toString());
        Files.createDirectories(host.resolve("within"));
        String id = room.started(room.request(
                config -> config,
                each -> each.binds(List.of(host + ":/h:rslave", host + ":/private")),
                "sh",
                "-c",
                "until [ -e /h/within/file ]; do sleep 0.1; done; ls /private/within; echo came"));
        mountTmpfs(host.resolve("within"));
        Files.writeString(host.resolve("within/file"), "x");
        assertThat(room.await(id)).isZero();
        assertThat(room.logs(id, false)).isEqualTo("came\n");
    }

    private static boolean isMounted(Path place) throws Exception {
        return MountInfo.of((int) ProcessHandle.current().pid()).stream()
                .anyMatch(each -> each.point().equals(place.toString()));
    }

    @Test
    void idsAreTheContainersWhereTheFileSystemCanDoThat() throws Exception {
        assumeTrue(
                !WithheldCalls.here().mountSetattr() && !WithheldCalls.here().openTree(),
                "mount_setattr(2) or open_tree(2) is withheld here");
        Files.writeString(host.resolve("file"), "x");
        UnaryOperator<HostConfig.Builder> mapped =
                each -> each.idMappings(new IdMappings(List.of("0:3000000:65536"), List.of()));
        String look = "/bin/busybox stat -c %u /h/file";
        assertThat(run(mapped.andThen(each -> each.binds(List.of(host + ":/h:idmap")))::apply, look))
                .isEqualTo("0\n");
        assertThat(run(mapped.andThen(each -> each.binds(List.of(host + ":/h")))::apply, look))
                .isEqualTo("65534\n");
        assertThatThrownBy(() -> run(each -> each.binds(List.of(host + ":/h:idmap")), "true"))
                .hasMessageContaining("need a user namespace for the container");
        assertThatThrownBy(() -> run(mapped.andThen(each -> each.binds(List.of("/proc/self:/h:idmap")))::apply, "true"))
                .hasMessageContaining("map the ids of /h")
                .hasMessageContaining("invalid argument");
    }
}
