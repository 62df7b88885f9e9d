package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeOptions;
import dev.estiba.linux.MountInfo;
import dev.estiba.linux.WithheldCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes with names, in containers. */
@Tag("kernel")
class EngineNamedVolumesKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;
    private static Path canary;

    @TempDir
    Path directory;

    private EngineRoom room;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
        Path owned = Files.writeString(
                Files.createDirectories(rootfs.resolve("hold")).resolve("cargo"), "salt");
        Files.setAttribute(owned, "unix:uid", 1000);
        Files.setAttribute(rootfs.resolve("hold"), "unix:gid", 1001);
        Files.setAttribute(rootfs.resolve("hold"), "unix:mode", 041770);
        canary = Files.writeString(Files.createDirectory(shared.resolve("host")).resolve("canary"), "of the host");
    }

    @BeforeEach
    void open() throws Exception {
        room = EngineRoom.open(directory, rootfs);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        room.close();
        assertThat(canary).hasContent("of the host");
    }

    private Volume make(String name, Map<String, String> options) throws Exception {
        return room.engine.createVolume(new VolumeCreateRequest("", options, Map.of(), name));
    }

    private String run(UnaryOperator<HostConfig.Builder> host, String script) throws Exception {
        EngineRoom.Outcome outcome =
                room.run(room.request(config -> config, each -> host.apply(each.autoRemove(true)), "sh", "-c", script));
        return outcome.out() + outcome.err() + (outcome.status() == 0 ? "" : outcome.status());
    }

    private String bound(String bind, String script) throws Exception {
        return run(host -> host.binds(List.of(bind)), script);
    }

    private static Mount part(String volume, String subpath) {
        return Mount.builder()
                .type("volume")
                .source(volume)
                .target("/part")
                .volumeOptions(new VolumeOptions(false, Map.of(), subpath, Optional.empty()))
                .build();
    }

    private List<String> volumes() throws Exception {
        return room.engine.listVolumes(Map.of()).volumes().stream()
                .map(Volume::name)
                .toList();
    }

    @Test
    void containersShareOne() throws Exception {
        assertThat(bound("data:/a", "echo salt > /a/cargo")).isEmpty();
        assertThat(bound("data:/b", "cat /b/cargo")).isEqualTo("salt\n");
        assertThat(bound("data:/c:ro", "echo x > /c/cargo")).contains("Read-only file system");
        Volume volume = room.engine.inspectVolume("data");
        assertThat(Path.of(volume.mountpoint()).resolve("cargo")).hasContent("salt");
        // CVE-2021-41091: nobody else comes to what may be set-user-ID in there.
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(room.paths().dataRoot().resolve("volumes"))))
                .isEqualTo("rwx------");
    }

    @Test
    void oneThatAContainerWantsStays() throws Exception {
        String id = room.create(room.request(config -> config, host -> host.binds(List.of("data:/a")), "true"));
        assertThatThrownBy(() -> room.engine.removeVolume("data", true))
                .hasMessage("remove data: volume is in use - [" + id + "]")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(409));
        assertThat(room.engine.pruneVolumes(Map.of("all", List.of("true"))).volumesDeleted())
                .isEmpty();
        assertThat(room.engine.listVolumes(Map.of("dangling", List.of("true"))).volumes())
                .isEmpty();
        assertThat(room.engine
                        .diskUsage()
                        .volumes()
                        .getFirst()
                        .usage()
                        .orElseThrow()
                        .refCount())
                .isEqualTo(1);
        room.engine.removeContainer(id, new RemoveOptions(false, true, false));
        assertThat(volumes()).containsExactly("data");
        room.engine.removeVolume("data", false);
        assertThat(volumes()).isEmpty();
        room.engine.removeVolume("data", true);
        assertThatThrownBy(() -> room.engine.removeVolume("data", false)).hasMessage("get data: no such volume");
    }

    @Test
    void anEmptyOneBeginsWithWhatTheImageHasThereAndDoesSoOnce() throws Exception {
        String look =
                "exec 2> /dev/null; cat /hold/cargo; /bin/busybox stat -c '%u %g %a' /hold/cargo /hold; rm /hold/cargo";
        String id = room.create(
                room.request(config -> config, host -> host.binds(List.of("data:/hold")), "sh", "-c", look + "; true"));
        room.engine.startContainer(id, StartOptions.DEFAULT);
        assertThat(room.await(id)).isZero();
        assertThat(room.logs(id, false)).isEqualTo("salt1000 0 644\n0 1001 1770\n");
        room.engine.startContainer(id, StartOptions.DEFAULT);
        assertThat(room.await(id)).isZero();
        assertThat(room.logs(id, false)).isEqualTo("salt1000 0 644\n0 1001 1770\n0 1001 1770\n");
        // Another container's first start finds it empty again.
        assertThat(bound("data:/hold", "cat /hold/cargo")).isEqualTo("salt");
        assertThat(bound("other:/hold:nocopy", "ls /hold")).isEmpty();
        make("full", Map.of());
        assertThat(bound("full:/tmp", "touch /tmp/full")).isEmpty();
        assertThat(bound("full:/hold", "ls /hold")).isEqualTo("full\n");
    }

    @Test
    void anUnnamedOneGoesWithItsContainer() throws Exception {
        assertThat(run(
                        host -> host.mounts(List.of(
                                Mount.builder().type("volume").target("/hold").build())),
                        "cat /hold/cargo"))
                .isEqualTo("salt");
        assertThat(volumes()).isEmpty();
        String id = room.create(room.request(config -> config.volumes(Set.of("/hold")), host -> host, "true"));
        assertThat(volumes()).hasSize(1);
        room.engine.removeContainer(id, new RemoveOptions(false, false, false));
        assertThat(volumes()).hasSize(1);
        assertThat(room.engine.pruneVolumes(Map.of()).volumesDeleted()).hasSize(1);
        String last = room.create(room.request(config -> config.volumes(Set.of("/hold")), host -> host, "true"));
        room.engine.removeContainer(last, new RemoveOptions(false, true, false));
        assertThat(volumes()).isEmpty();
    }

    @Test
    void theMountsOfAnotherContainerAreItsToo() throws Exception {
        String lender = room.create(room.request(
                config -> config.volumes(Set.of("/own")),
                host -> host.binds(List.of("data:/a", canary.getParent() + ":/host:ro")),
                "sh",
                "-c",
                "echo salt > /a/cargo; echo wind > /own/sail"));
        room.engine.startContainer(lender, StartOptions.DEFAULT);
        assertThat(room.await(lender)).isZero();
        assertThat(run(host -> host.volumesFrom(List.of(lender)), "cat /a/cargo /own/sail /host/canary; touch /a/x"))
                .isEqualTo("salt\nwind\nof the host");
        assertThat(run(host -> host.volumesFrom(List.of(lender + ":ro")), "cat /own/sail; touch /own/x"))
                .startsWith("wind\n")
                .contains("Read-only file system");
        assertThatThrownBy(() -> run(host -> host.volumesFrom(List.of("nobody")), "true"))
                .hasMessage("No such container: nobody");
        String heir = room.create(room.request(config -> config, host -> host.volumesFrom(List.of(lender)), "true"));
        room.engine.removeContainer(lender, new RemoveOptions(false, true, false));
        assertThat(volumes()).hasSize(2); // the heir wants the other's own
        room.engine.removeContainer(heir, new RemoveOptions(false, true, false));
        assertThat(volumes()).containsExactly("data");
    }

    @Test
    void aTmpfsIsSharedAsLongAsSomebodyHasIt() throws Exception {
        make("memory", Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m,noexec"));
        String first =
                room.started(room.request(config -> config, host -> host.binds(List.of("memory:/m")), "sleep", "1000"));
        assertThat(bound("memory:/m", "echo salt > /m/cargo")).isEmpty();
        assertThat(bound("memory:/m", "cat /m/cargo; grep ' /m ' /proc/self/mountinfo"))
                .startsWith("salt\n")
                .contains("noexec")
                .contains("size=1024k");
        room.engine.stopContainer(first, new StopOptions("KILL", OptionalInt.empty()));
        EngineRoom.until(this::isUnmounted);
        assertThat(bound("memory:/m", "ls /m")).isEmpty();
        EngineRoom.until(this::isUnmounted);
    }

    private boolean isUnmounted() {
        try {
            return MountInfo.of((int) ProcessHandle.current().pid()).stream()
                    .noneMatch(each -> each.point().startsWith(directory.toString()));
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void aDirectoryOfTheHostIsAVolumeToo() throws Exception {
        make("host", Map.of("type", "none", "device", canary.getParent().toString(), "o", "bind"));
        assertThat(bound("host:/h:ro", "cat /h/canary")).isEqualTo("of the host");
        make("nowhere", Map.of("type", "none", "device", "/nowhere/at/all", "o", "bind"));
        assertThatThrownBy(() -> bound("nowhere:/h", "true"))
                .hasMessageStartingWith("error while mounting volume '")
                .hasMessageEndingWith("no such file or directory");
        room.engine.removeVolume("host", false);
    }

    private static void assumeCopies() {
        assumeTrue(
                !WithheldCalls.here().mountSetattr() && !WithheldCalls.here().openTree(),
                "mount_setattr(2) or open_tree(2) is withheld here");
    }

    @Test
    void onlyAPartOfItIsMounted() throws Exception {
        assumeCopies();
        assertThat(bound("data:/a", "mkdir -p /a/deep/part; echo salt > /a/deep/part/cargo; ln -s deep/part /a/link"))
                .isEmpty();
        assertThat(run(host -> host.mounts(List.of(part("data", "deep/part"))), "cat /part/cargo"))
                .isEqualTo("salt\n");
        assertThat(run(host -> host.mounts(List.of(part("data", "link"))), "cat /part/cargo"))
                .isEqualTo("salt\n");
        assertThat(run(host -> host.mounts(List.of(part("data", "deep/part/cargo"))), "cat /part"))
                .isEqualTo("salt\n");
        assertThatThrownBy(() -> run(host -> host.mounts(List.of(part("data", "nowhere"))), "true"))
                .hasMessageStartingWith("cannot access path ")
                .hasMessageEndingWith("/nowhere: no such file or directory");
    }

    /** CVE-2021-25741, CVE-2023-2253: a link in the volume, or one that takes a directory's place at the wrong moment. */
    @Test
    void aPartThatLeadsOutOfItIsNotMounted() throws Exception {
        assumeCopies();
        String host = canary.getParent().toString();
        assertThat(bound(
                        "data:/a",
                        "mkdir /a/inside; ln -s " + host + " /a/out; ln -s ../../../../../../.." + host + " /a/up"))
                .isEmpty();
        for (String path : List.of("out", "up")) {
            assertThatThrownBy(() -> run(each -> each.mounts(List.of(part("data", path))), "ls /part"))
                    .hasMessageEndingWith("path concatenation escapes the base directory");
        }
        Path data = Path.of(room.engine.inspectVolume("data").mountpoint());
        AtomicBoolean isOver = new AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                try {
                    Files.move(data.resolve("inside"), data.resolve("kept"));
                    Files.move(data.resolve("out"), data.resolve("inside"), StandardCopyOption.ATOMIC_MOVE);
                    Files.move(data.resolve("inside"), data.resolve("out"), StandardCopyOption.ATOMIC_MOVE);
                    Files.move(data.resolve("kept"), data.resolve("inside"));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        });
        try {
            int rounds = Boolean.getBoolean("estiba.long") ? 500 : 20;
            for (int round = 0; round < rounds; round++) {
                try {
                    assertThat(run(each -> each.mounts(List.of(part("data", "inside"))), "ls /part"))
                            .isEmpty();
                } catch (ApiException refused) {
                    assertThat(refused.message())
                            .matches(".*(escapes the base directory|no such file or directory|not a directory)");
                }
            }
        } finally {
            isOver.set(true);
            attacker.join();
        }
    }

    @Test
    void theFilesOfAnImageAreMountedReadOnly() throws Exception {
        Mount image = Mount.builder()
                .type("image")
                .source("rootfs:" + rootfs)
                .target("/image")
                .build();
        assertThat(run(host -> host.mounts(List.of(image)), "cat /image/hold/cargo; echo x > /image/hold/x"))
                .startsWith("salt")
                .contains("Read-only file system");
        assertThat(rootfs.resolve("hold/x")).doesNotExist();
        Mount nowhere = Mount.builder()
                .type("image")
                .source("nosuch:1")
                .target("/image")
                .build();
        assertThatThrownBy(() -> run(host -> host.mounts(List.of(nowhere)), "true"))
                .hasMessage("No such image: nosuch:1");
    }

    /** Anonymous volumes were in their container's directory once. */
    @Test
    void whatAContainerHadBeforeVolumesHadNamesIsItsVolumes() throws Exception {
        String id = room.create(
                room.request(config -> config.volumes(Set.of("/hold")), host -> host, "cat", "/hold/former"));
        Path former = room.paths()
                .dataRoot()
                .resolve("containers/" + id + "/volumes/" + volumes().getFirst());
        Files.writeString(Files.createDirectories(former).resolve("former"), "kept");
        for (int run = 0; run < 2; run++) {
            room.engine.startContainer(id, StartOptions.DEFAULT);
            assertThat(room.await(id)).isZero();
        }
        assertThat(room.logs(id, false)).isEqualTo("keptkept");
        assertThat(former).doesNotExist();
    }

    /** Nobody knows what such a container wants. */
    @Test
    void nothingIsRemovedBesideARecordThatCannotBeRead() throws Exception {
        make("data", Map.of());
        String id = room.create(room.request("true"));
        Path record = room.paths().dataRoot().resolve("containers/" + id + "/container.json");
        byte[] whole = Files.readAllBytes(record);
        Files.writeString(record, "{");
        assertThat(room.engine.pruneVolumes(Map.of("all", List.of("true"))).volumesDeleted())
                .isEmpty();
        assertThatThrownBy(() -> room.engine.removeVolume("data", false))
                .hasMessage("remove data: volume is in use - [" + id + "]");
        Files.write(record, whole);
        room.engine.removeVolume("data", false);
    }

    @Test
    void oneThatWasLeftByAKilledEngineIsWholeOrGone() throws Exception {
        make("kept", Map.of());
        Path all = room.paths().dataRoot().resolve("volumes");
        Files.createDirectories(all.resolve(".new/_data/half"));
        Files.createDirectories(all.resolve(".gone-0123456789abcdef/_data/half"));
        Files.createDirectories(all.resolve("kept/_copy/half"));
        assertThat(volumes()).containsExactly("kept");
        Engine next = room.another();
        assertThat(EngineRoom.entries(all)).containsExactly("kept");
        assertThat(next.inspectVolume("kept")).isEqualTo(room.engine.inspectVolume("kept"));
        assertThat(bound("kept:/hold", "cat /hold/cargo")).isEqualTo("salt");
        assertThat(all.resolve("kept/_copy")).doesNotExist();
    }

    @Test
    void namesNeverBecomePaths() throws Exception {
        Files.createDirectories(room.paths().dataRoot().resolve("elsewhere/_data"));
        for (String name : List.of("../elsewhere", "..", ".new", "a/b", "-a", "")) {
            assertThatThrownBy(() -> room.engine.inspectVolume(name)).hasMessage("get " + name + ": no such volume");
            assertThatThrownBy(() -> room.engine.removeVolume(name, false))
                    .hasMessage("get " + name + ": no such volume");
            if (!name.isEmpty()) {
                assertThatThrownBy(() -> make(name, Map.of())).isInstanceOf(ApiException.class);
            }
        }
        assertThatThrownBy(() -> make("a".repeat(256), Map.of())).hasMessageContaining("255 is the most");
        assertThat(make("a".repeat(255), Map.of()).name()).hasSize(255);
        assertThat(room.paths().dataRoot().resolve("elsewhere/_data")).isDirectory();
    }
}
