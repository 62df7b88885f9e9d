package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.BindOptions;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.MountPoint;
import dev.estiba.api.TmpfsOptions;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeDriver;
import dev.estiba.api.VolumeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountPlanTest {

    private static MountPlan binds(String... binds) throws ApiException {
        return MountPlan.of(Requests.host(host -> host.binds(List.of(binds))));
    }

    private static MountPlan mount(UnaryOperator<Mount.Builder> mount) throws ApiException {
        return MountPlan.of(Requests.host(
                host -> host.mounts(List.of(mount.apply(Mount.builder()).build()))));
    }

    private static MountPlan tmpfs(String options) throws ApiException {
        return MountPlan.of(Requests.host(host -> host.tmpfs(Map.of("/t", options))));
    }

    private static List<String> targets(MountPlan plan) {
        return plan.mounts().stream()
                .map(dev.estiba.oci.runtime.Mount::destination)
                .toList();
    }

    private static dev.estiba.oci.runtime.Mount at(MountPlan plan, String target) {
        List<dev.estiba.oci.runtime.Mount> found = plan.mounts().stream()
                .filter(mount -> mount.destination().equals(target))
                .toList();
        assertThat(found).as(target).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aContainerHasDockersFileSystems() throws ApiException {
        MountPlan plan = binds();
        assertThat(targets(plan))
                .containsExactly("/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm");
        assertThat(at(plan, "/sys").options()).contains("ro");
        assertThat(at(plan, "/dev/shm").options()).contains("size=67108864");
        assertThat(plan.missing()).isEmpty();
        assertThat(plan.points()).isEmpty();
    }

    @Test
    void aPrivilegedOneMayWriteToSys() throws ApiException {
        MountPlan plan = MountPlan.of(Requests.host(host -> host.privileged(true)));
        assertThat(at(plan, "/sys").options()).doesNotContain("ro");
        assertThat(at(plan, "/sys/fs/cgroup").options()).doesNotContain("ro");
    }

    @Test
    void theIpcModeDecidesAboutSharedMemory() throws ApiException {
        MountPlan host = MountPlan.of(Requests.host(builder -> builder.ipcMode("host")));
        assertThat(at(host, "/dev/shm").type()).contains("bind");
        assertThat(at(host, "/dev/mqueue").type()).contains("bind");
        MountPlan none = MountPlan.of(Requests.host(builder -> builder.ipcMode("none")));
        assertThat(targets(none)).doesNotContain("/dev/shm").contains("/dev/mqueue");
        MountPlan sized = MountPlan.of(Requests.host(builder -> builder.shmSize(1 << 20)));
        assertThat(at(sized, "/dev/shm").options()).contains("size=1048576");
    }

    @Test
    void parentsAreMountedBeforeTheirChildren() throws ApiException {
        MountPlan plan = MountPlan.of(Requests.host(host -> host.binds(List.of("/:/a/b/c", "/:/a"))
                .mounts(List.of(
                        Mount.builder().type("bind").source("/").target("/a/b").build()))
                .tmpfs(Map.of("/a/b/c/d", ""))));
        assertThat(targets(plan)).endsWith("/a", "/a/b", "/a/b/c", "/a/b/c/d");
    }

    @Test
    void whatIsAskedForTakesTheDefaultsPlace() throws ApiException {
        MountPlan plan = binds("/:/proc", "/:/dev/shm/");
        assertThat(targets(plan))
                .containsExactly("/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/proc", "/dev/shm");
        assertThat(at(plan, "/proc").type()).contains("bind");
    }

    @Test
    void whoBringsADevBringsAllOfIt() throws ApiException {
        assertThat(targets(binds("/dev:/dev"))).containsExactly("/proc", "/sys", "/sys/fs/cgroup", "/dev");
    }

    @Test
    void aBindIsRecursiveAndPrivate() throws ApiException {
        MountPlan plan = binds("/etc/../etc/:/a/./b//", "/etc:/c:ro,rslave,z");
        assertThat(at(plan, "/a/b").source()).contains("/etc");
        assertThat(at(plan, "/a/b").options()).containsExactly("rbind", "rprivate");
        // What is mounted in it is read-only as well, where the kernel has a call for that.
        assertThat(at(plan, "/c").options()).startsWith("rbind", "rslave", "ro");
        assertThat(plan.points())
                .containsExactly(
                        new MountPoint("bind", "", "/etc", "/a/b", "", "", true, "rprivate"),
                        new MountPoint("bind", "", "/etc", "/c", "", "ro,rslave,z", false, "rslave"));
    }

    @Test
    void aSourceThatIsMissingIsMadeForABindAndForNoMount() throws ApiException {
        assertThat(binds("/nowhere/a:/a").missing()).containsExactly("/nowhere/a");
        Requests.refused(
                () -> mount(mount -> mount.type("bind").source("/nowhere/a").target("/a"))
                        .missing(),
                400,
                "invalid mount config for type \"bind\": bind source path does not exist: /nowhere/a");
        assertThat(mount(mount -> mount.type("bind")
                                .source("/nowhere/a")
                                .target("/a")
                                .bindOptions(new BindOptions("", false, true, false, false)))
                        .missing())
                .containsExactly("/nowhere/a");
    }

    @Test
    void aMountsOptionsAreTheKernels() throws ApiException {
        MountPlan plan = mount(mount -> mount.type("bind")
                .source("/etc")
                .target("/a")
                .readOnly(true)
                .bindOptions(new BindOptions("shared", true, false, false, true)));
        assertThat(at(plan, "/a").options()).containsExactly("bind", "shared", "ro", "rro");
        MountPlan memory = mount(mount -> mount.type("tmpfs")
                .target("/t")
                .readOnly(true)
                .tmpfsOptions(new TmpfsOptions(4096, 01777, List.of(List.of("exec"), List.of("uid", "5")))));
        assertThat(at(memory, "/t").options())
                .containsExactly("noexec", "nosuid", "nodev", "ro", "size=4096", "mode=1777", "exec", "uid=5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a | invalid volume specification: '/a'",
                ":/a | invalid volume specification: ':/a'",
                "/a: | invalid volume specification: '/a:'",
                "/a:/b:ro:x | invalid volume specification: '/a:/b:ro:x'",
                "/a:b | invalid volume specification: '/a:b': invalid mount config for type \"bind\":"
                        + " invalid mount path: 'b' mount path must be absolute",
                "/a:/b:rw,wild | invalid mode: rw,wild",
                "/a:/ | invalid specification: destination can't be '/'",
                "/a:/b/.. | invalid specification: destination can't be '/'",
            })
    void aBindThatMakesNoSenseIsRefusedInDockersWords(String bind, String message) {
        Requests.refused(() -> binds(bind), 400, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\0b:/c", "/a:/c\0b"})
    void aPathThatIsNoneIsRefused(String bind) {
        Requests.refused(
                () -> binds(bind),
                400,
                "invalid mount path: '" + (bind.startsWith("/a\0") ? "/a?b" : "/c?b")
                        + "' is no path: Nul character not allowed");
    }

    @Test
    void aPlaceIsMountedOnOnce() {
        Requests.refused(() -> binds("/:/a", "/etc:/a/"), 400, "Duplicate mount point: /a");
        Requests.refused(
                () -> MountPlan.of(
                        Requests.host(host -> host.binds(List.of("/:/t")).tmpfs(Map.of("/t", "")))),
                400,
                "Duplicate mount point: /t");
    }

    @Test
    void aMountThatMakesNoSenseIsRefusedInDockersWords() {
        String bind = "invalid mount config for type \"bind\": ";
        Requests.refused(
                () -> mount(mount -> mount.type("bind").source("/")), 400, bind + "field Target must not be empty");
        Requests.refused(
                () -> mount(mount -> mount.type("bind").target("/a")), 400, bind + "field Source must not be empty");
        Requests.refused(
                () -> mount(mount -> mount.type("bind").source("/").target("a")),
                400,
                bind + "invalid mount path: 'a' mount path must be absolute");
        Requests.refused(
                () -> mount(mount -> mount.type("bind").source("a").target("/a")),
                400,
                bind + "invalid mount path: 'a' mount path must be absolute");
        Requests.refused(
                () -> mount(mount -> mount.type("bind")
                        .source("/")
                        .target("/a")
                        .bindOptions(new BindOptions("upwards", false, false, false, false))),
                400,
                bind + "invalid propagation mode: upwards");
        Requests.refused(
                () -> mount(mount -> mount.type("tmpfs").source("/").target("/a")),
                400,
                "invalid mount config for type \"tmpfs\": field Source must not be specified");
        Requests.refused(
                () -> mount(mount -> mount.type("hole").target("/a")),
                400,
                "invalid mount config for type \"hole\": mount type unknown");
    }

    @Test
    void whatIsNotBuiltYetIsRefusedByName() {
        for (String type : List.of("cluster", "npipe")) {
            Requests.refused(
                    () -> mount(mount -> mount.type(type).target("/a")),
                    501,
                    "mounts of type " + type + " are not built yet");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | noexec,nosuid,nodev",
                "exec | nosuid,nodev,exec",
                "noexec | nosuid,nodev,noexec",
                "exec,noexec | nosuid,nodev,noexec",
                "size=1m,mode=1770,size=2m | noexec,nosuid,nodev,mode=1770,size=2m",
                "ro,rw | noexec,nosuid,nodev,rw",
                "rw,exec,dev,suid | rw,exec,dev,suid",
                "noatime,defaults | noexec,nosuid,nodev,noatime",
                "shared,rprivate | noexec,nosuid,nodev,rprivate",
            })
    void whatIsSaidLastOfATmpfsHolds(String given, String options) throws ApiException {
        assertThat(at(tmpfs(given), "/t").options()).containsExactly(options.split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wild", "size", "huge=always", "noro", "=", "exec=1"})
    void aTmpfsOptionThatIsNoneIsRefused(String option) {
        Requests.refused(() -> tmpfs(option), 400, "invalid tmpfs option [\"" + option + "\"]");
    }

    @Test
    void aTmpfsNeedsAnAbsolutePath() {
        Requests.refused(
                () -> MountPlan.of(Requests.host(host -> host.tmpfs(Map.of("t", "")))),
                400,
                "invalid mount path: 't' mount path must be absolute");
    }

    @Test
    void aVolumeIsTheContainersOwnUnlessSomethingElseIsThere() throws ApiException {
        MountPlan plan = anonymous(
                "ab".repeat(32),
                Requests.host(host -> host.binds(List.of("/etc:/b"))),
                Set.of("/a/../v//", "/b", "/v/w"));
        assertThat(plan.volumes()).extracting(VolumeMount::target).containsExactlyInAnyOrder("/v", "/v/w");
        assertThat(plan.volumes()).allMatch(VolumeMount::isOwn).allMatch(VolumeMount::copies);
        assertThat(targets(plan)).contains("/b").endsWith("/v/w");
        assertThat(at(plan, "/v").source().orElse("")).matches("volumes/[0-9a-f]{64}/_data");
        MountPlan again = anonymous("ab".repeat(32), Requests.host(host -> host), Set.of("/v"));
        assertThat(plan.volumes()).containsAll(again.volumes());
        MountPlan other = anonymous("cd".repeat(32), Requests.host(host -> host), Set.of("/v"));
        assertThat(plan.volumes()).doesNotContainAnyElementsOf(other.volumes());
    }

    private static MountPlan anonymous(String id, HostConfig host, Set<String> paths) throws ApiException {
        return MountPlan.of(host, id, paths, List.of());
    }

    @Test
    void aVolumeIsNamedByWhoWantsIt() throws ApiException {
        MountPlan plan = binds("data:/a", "other:/b:ro,nocopy");
        assertThat(plan.sources()).isEmpty();
        assertThat(at(plan, "/a").source()).contains("volumes/data/_data");
        assertThat(at(plan, "/a").options()).containsExactly("rbind", "rprivate");
        assertThat(at(plan, "/b").options()).startsWith("rbind", "rprivate", "ro");
        assertThat(plan.volumes()).extracting(VolumeMount::copies).containsExactly(true, false);
        assertThat(plan.volumes()).noneMatch(VolumeMount::isOwn);
        assertThat(plan.volumes())
                .extracting(volume -> volume.point(Path.of("/root")))
                .containsExactly(
                        new MountPoint("volume", "data", "/root/volumes/data/_data", "/a", "local", "z", true, ""),
                        new MountPoint(
                                "volume", "other", "/root/volumes/other/_data", "/b", "local", "ro,nocopy", false, ""));
    }

    @Test
    void aMountSaysOfAVolumeWhatIsMountedOfIt() throws ApiException {
        MountPlan plan = mount(mount -> mount.type("volume")
                .source("data")
                .target("/a")
                .volumeOptions(new VolumeOptions(
                        false,
                        Map.of("colour", "blue"),
                        "deep/part",
                        Optional.of(new VolumeDriver("local", Map.of())))));
        VolumeMount volume = plan.volumes().getFirst();
        assertThat(volume.subpath()).isEqualTo("deep/part");
        assertThat(volume.copies()).isFalse();
        assertThat(volume.wanted())
                .isEqualTo(new VolumeCreateRequest("local", Map.of(), Map.of("colour", "blue"), "data"));
        MountPlan unnamed = mount(mount -> mount.type("volume").target("/a"));
        assertThat(unnamed.volumes().getFirst().isOwn()).isTrue();
        assertThat(unnamed.volumes().getFirst().name()).matches("[0-9a-f]{64}");
    }

    @Test
    void aVolumeThatMakesNoSenseIsRefusedInDockersWords() {
        String volume = "invalid mount config for type \"volume\": ";
        Requests.refused(
                () -> binds("x:/a"),
                400,
                "create x: volume name is too short, names should be at least two alphanumeric characters");
        Requests.refused(
                () -> binds("../x:/a"),
                400,
                "create ../x: \"../x\" includes invalid characters for a local volume name, only"
                        + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path");
        Requests.refused(
                () -> binds("data:/a:rshared"),
                400,
                "invalid volume specification: 'data:/a:rshared': " + volume
                        + "field BindOptions must not be specified");
        Requests.refused(
                () -> binds("/etc:/a:nocopy"),
                400,
                "invalid volume specification: '/etc:/a:nocopy': invalid mount config for type \"bind\":"
                        + " field VolumeOptions must not be specified");
        Requests.refused(() -> binds("data:/proc/x"), 400, "invalid volume /proc/x: a volume cannot be in /proc");
        Requests.refused(
                () -> binds("data:/"),
                400,
                "invalid volume specification: 'data:/': " + volume
                        + "invalid specification: destination can't be '/'");
        Requests.refused(
                () -> mount(mount -> mount.type("volume").target("/a").readOnly(true)),
                400,
                volume + "must not set ReadOnly mode when using anonymous volumes");
        for (String path : List.of("/etc", "..", "a/../../b", "a/b/../../..")) {
            Requests.refused(
                    () -> mount(mount -> mount.type("volume")
                            .source("data")
                            .target("/a")
                            .volumeOptions(new VolumeOptions(false, Map.of(), path, Optional.empty()))),
                    400,
                    volume + "subpath must be a relative path within the volume");
        }
        Requests.refused(
                () -> mount(mount -> mount.type("volume")
                        .source("data")
                        .target("/a")
                        .bindOptions(new BindOptions("", false, false, false, false))),
                400,
                volume + "field BindOptions must not be specified");
    }

    @Test
    void whatAnotherContainerHasIsInheritedUnlessSomethingElseIsWanted() throws ApiException {
        HostConfig lender = Requests.host(host -> host.binds(List.of("data:/a", "/etc:/b:ro,rslave"))
                .mounts(List.of(
                        Mount.builder().type("tmpfs").target("/t").build(),
                        Mount.builder().type("volume").target("/u").build())));
        MountPlan lent = MountPlan.of(lender, "ab", Set.of("/v"), List.of());
        MountPlan plan = MountPlan.of(
                Requests.host(host -> host.binds(List.of("/usr:/a"))), "cd", Set.of("/v"), lent.lent(lender, false));
        assertThat(targets(plan)).contains("/a", "/b", "/t", "/u", "/v");
        assertThat(at(plan, "/a").source()).contains("/usr");
        assertThat(at(plan, "/b").options()).contains("ro", "rslave");
        assertThat(plan.volumes()).extracting(VolumeMount::target).containsExactlyInAnyOrder("/u", "/v");
        assertThat(plan.volumes()).allMatch(VolumeMount::isOwn).noneMatch(VolumeMount::copies);
        assertThat(lent.volumes())
                .extracting(VolumeMount::name)
                .containsAll(plan.volumes().stream().map(VolumeMount::name).toList());
        MountPlan readOnly = MountPlan.of(Requests.host(host -> host), "cd", Set.of(), lent.lent(lender, true));
        assertThat(readOnly.volumes()).allMatch(VolumeMount::isReadOnly);
    }

    /** CVE-2019-16884, CVE-2015-3631: what the kernel says there is what keeps a container in. */
    @Test
    void noVolumeHidesTheKernelsFiles() {
        for (String path : List.of("/proc", "/proc/self/attr", "/sys", "/proc/sys/kernel", "/x/../sys/fs/cgroup")) {
            Requests.refused(
                    () -> anonymous("ab", Requests.host(host -> host), Set.of(path)),
                    400,
                    "invalid volume " + path + ": a volume cannot be in "
                            + (path.contains("sys/fs") || path.equals("/sys") ? "/sys" : "/proc"));
        }
        Requests.refused(
                () -> anonymous("ab", Requests.host(host -> host), Set.of("v")),
                400,
                "invalid mount path: 'v' mount path must be absolute");
        Requests.refused(
                () -> anonymous("ab", Requests.host(host -> host), Set.of("/")),
                400,
                "invalid specification: destination can't be '/'");
    }
}
