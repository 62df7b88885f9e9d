package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images and volumes that lead mounts, masks and devices to where they do not belong. */
@Tag("kernel")
class MountAttacksTest {
    private static final String FAILED = "estiba-oci run failed: ";
    private static final Path CORE_PATTERN = Path.of("/proc/sys/kernel/core_pattern");

    @TempDir
    private Path directory = Path.of("/");

    private static JsonObject mount(String type, String source, String destination, String... options) {
        return JsonObject.parse("{}")
                .put("type", type)
                .put("source", source)
                .put("destination", destination)
                .put("options", List.of(options));
    }

    private static Bundle mounting(Bundle bundle, JsonObject mount) throws IOException {
        return bundle.edit(config -> config.add("mounts", mount));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/", "//proc", "/x/../proc", "proc"})
    void cve_2019_16884_onlyProcOnProc(String target) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path source = Files.createDirectory(trial.place.directory().resolve("fake"));
            String named = target.startsWith("/") ? target : "/" + target;
            String sentence = FAILED + "mount " + named + ": only proc can be mounted on /proc";
            trial.run(mounting(trial.bundle(), mount("bind", source.toString(), target, "rbind")))
                    .fails(sentence);
            trial.run(mounting(trial.bundle(), mount("tmpfs", "tmpfs", target))).fails(sentence);
            trial.run(mounting(trial.bundle(), mount("cgroup", "cgroup", target)))
                    .fails(sentence);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/attr", "/proc/sys/kernel", "/proc/1"})
    void cve_2019_16884_nothingInProc(String target) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            String sentence = FAILED + "\"" + target + "\" cannot be mounted because it is inside /proc";
            trial.run(mounting(trial.bundle(), mount("bind", trial.canary.toString(), target, "rbind")))
                    .fails(sentence);
            trial.run(mounting(trial.bundle(), mount("tmpfs", "tmpfs", target))).fails(sentence);
        }
    }

    /** The target is nowhere near /proc by its name. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/sys", "/proc/self/attr", "../../proc/sys/kernel", "/proc/self/root/proc/sys"})
    void cve_2025_52881_linksIntoProc(String link) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            for (JsonObject mount : List.of(
                    mount("bind", trial.canary.resolve("directory").toString(), "/data", "rbind"),
                    mount("tmpfs", "tmpfs", "/data"))) {
                Bundle bundle = mounting(trial.bundle(), mount);
                Files.createSymbolicLink(bundle.rootfs().resolve("data"), Path.of(link));
                Result result = trial.run(bundle);
                assertThat(result.status()).isEqualTo(1);
                assertThat(result.error())
                        .matches("\\Q" + Trial.INIT_FAILED
                                + "\\E(\"/data\" cannot be mounted because it leads into /proc"
                                + "|.* /data: too many levels of symbolic links)\n");
            }
        }
    }

    @Test
    void cve_2025_52881_sysctlsAreTheContainersOwn() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path host = Path.of("/proc/sys/net/ipv4/ip_default_ttl");
            String before = Files.readString(host).strip();
            Bundle bundle = trial.bundle()
                    .probe("sysctl", "net.ipv4.ip_default_ttl")
                    .edit(config -> config.fields("linux.sysctl").put("net.ipv4.ip_default_ttl", "77"));
            assertThat(trial.answers(bundle).of("sysctl").text("value")).isEqualTo("77");
            assertThat(Files.readString(host).strip()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys"})
    void cve_2019_19921_cve_2023_27561_cve_2023_28642_linksInPlaceOfKernelFileSystems(String name) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            for (String link : List.of("/etc", "tmp", trial.canary.toString())) {
                Bundle bundle = trial.bundle();
                Path place = bundle.rootfs().resolve(name);
                Files.delete(place);
                Files.createSymbolicLink(place, Path.of(link));
                String type = name.equals("sys") ? "sysfs" : "proc";
                Result result = trial.run(bundle);
                assertThat(result.status()).isEqualTo(1);
                assertThat(result.error())
                        .matches("\\Q" + Trial.INIT_FAILED + "mount " + type + " on /" + name
                                + " (its path must be a directory without symbolic links): \\E"
                                + "(too many levels of symbolic links|not a directory)\n");
            }
        }
    }

    /** A shared volume, in which a directory and a link to the host's are exchanged all the time. */
    @ParameterizedTest
    @ValueSource(strings = {"/volume/data", "/volume/data/a/b/c/d/e/f/g/h"})
    void cve_2021_30465_cve_2024_45310_raceForTheTarget(String target) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path volume = Files.createDirectory(trial.place.directory().resolve("volume"));
            Path data = Files.createDirectory(volume.resolve("data"));
            Path link = Files.createSymbolicLink(volume.resolve("link"), trial.canary.resolve("directory"));
            int[] ran = {0};
            trial.race(data, link, () -> {
                Bundle bundle = trial.bundle()
                        .probe("ls", target, "--", "mountinfo", target, "--", "read", "/volume/data/file");
                mounting(bundle, mount("bind", volume.toString(), "/volume", "rbind"));
                mounting(bundle, mount("tmpfs", "tmpfs", target));
                mounting(
                        bundle,
                        mount("bind", bundle.directory().resolve("hosts").toString(), target + "/x/y", "bind"));
                ran[0] += trial.runsOrIsRefused(bundle).status() == 0 ? 1 : 0;
                trial.place.run("delete", "--force", bundle.id());
            });
            assertThat(ran[0]).as("containers that ran").isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 65_535, 65_536, 131_072})
    void cve_2021_43784_pathsThatAreTooLong(int length) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            String path = path(length);
            trial.run(mounting(trial.bundle(), mount("tmpfs", "tmpfs", path)))
                    .fails(FAILED + "mounts: a destination of " + length + " bytes: file name too long");
            trial.run(mounting(trial.bundle(), mount("bind", path, "/tmp", "bind")))
                    .fails(FAILED + "mounts: a source of " + length + " bytes: file name too long");
        }
    }

    @Test
    void cve_2021_43784_theLongestPath() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = trial.bundle().probe("statfs", path(4095));
            Answers answers = trial.answers(mounting(bundle, mount("tmpfs", "tmpfs", path(4095))));
            assertThat(answers.of("statfs").text("magic")).isEqualTo("01021994"); // TMPFS_MAGIC, statfs(2)
            // Seen from the host it is longer than a path can be, which JUnit's own clean-up cannot remove.
            trial.place
                    .runProgram(List.of("rm", "-rf", bundle.rootfs().toString()))
                    .succeeds();
        }
    }

    private static String path(int length) {
        String name = "/" + "d".repeat(255);
        int rest = length % name.length();
        return name.repeat(length / name.length()) + name.substring(0, rest);
    }

    /** Without a mount on /dev, the image's is used: what is there in a device's place must be that device. */
    @Test
    void cve_2025_31133_anImagesDevNull() throws Exception {
        String before = Files.readString(CORE_PATTERN);
        try (Trial trial = Trial.open(directory)) {
            for (String kind : List.of("link", "file", "fifo")) {
                Bundle bundle = withoutDev(trial.bundle());
                Path dev = bundle.rootfs().resolve("dev/null");
                switch (kind) {
                    case "link" -> Files.createSymbolicLink(dev, CORE_PATTERN);
                    case "file" -> Files.writeString(dev, "not null");
                    default -> fifo(trial, dev);
                }
                trial.run(bundle).fails(Trial.INIT_FAILED + "make /dev/null: the image has something else there");
            }
            Bundle covered = trial.bundle().probe("read", "/proc/interrupts", "--", "read", "/proc/timer_list");
            Files.createSymbolicLink(covered.rootfs().resolve("dev/null"), CORE_PATTERN);
            assertThat(trial.answers(covered).all())
                    .allSatisfy(answer -> assertThat(answer.text("text")).isEmpty());
        }
        assertThat(Files.readString(CORE_PATTERN)).isEqualTo(before);
    }

    @Test
    void cve_2025_31133_raceForDevNull() throws Exception {
        String before = Files.readString(CORE_PATTERN);
        try (Trial trial = Trial.open(directory)) {
            Path dev = Files.createDirectory(trial.place.directory().resolve("dev"));
            Path data = Files.writeString(dev.resolve("null"), "");
            Path link = Files.createSymbolicLink(dev.resolve("link"), CORE_PATTERN);
            trial.race(data, link, () -> {
                Bundle bundle = withoutDev(trial.bundle()).probe("read", "/proc/interrupts");
                mounting(bundle, mount("bind", dev.toString(), "/dev", "rbind"));
                Result result = trial.runsOrIsRefused(bundle);
                if (result.status() == 0) {
                    assertThat(Answers.parse(result.output()).of("read").text("text"))
                            .isEmpty();
                }
                trial.place.run("delete", "--force", bundle.id());
            });
        }
        assertThat(Files.readString(CORE_PATTERN)).isEqualTo(before);
    }

    /** Where the terminal's file is to be, the image has a link to the host's. */
    @ParameterizedTest
    @ValueSource(strings = {"link", "file", "fifo", "directory"})
    void cve_2025_52565_anImagesConsole(String kind) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            for (boolean mounted : List.of(true, false)) {
                Bundle bundle = trial.bundle().probe("ttyname").edit(config -> config.put("process.terminal", true));
                if (!mounted) {
                    bundle.edit(config -> config.list("mounts")
                            .removeIf(one -> Map.of("/dev", "/dev/shm", "/dev/mqueue", "")
                                    .containsKey(((Map<?, ?>) one).get("destination"))));
                    Files.createDirectories(bundle.rootfs().resolve("dev/pts"));
                }
                make(trial, kind, bundle.rootfs().resolve("dev/console"), trial.canary.resolve("file"));
                Result result = trial.place.runProgram(
                        List.of("script", "-q", "-e", "-c", String.join(" ", trial.command(bundle)), "/dev/null"));
                if (result.status() == 0) {
                    assertThat(result.output()).contains("\"is_console\":true");
                } else {
                    assertThat(mounted).as(result.output()).isFalse();
                    assertThat(result.output()).contains("/dev/console");
                }
                assertThat(result.output()).doesNotContain(Trial.SECRET);
            }
        }
    }

    @Test
    void cve_2025_52565_raceForTheConsole() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path dev = Files.createDirectory(trial.place.directory().resolve("dev"));
            Files.createDirectory(dev.resolve("pts"));
            Path console = Files.writeString(dev.resolve("console"), "");
            Path link = Files.createSymbolicLink(dev.resolve("link"), trial.canary.resolve("file"));
            int[] ran = {0};
            trial.race(console, link, () -> {
                Bundle bundle = trial.bundle().probe("ttyname").edit(config -> {
                    config.put("process.terminal", true);
                    config.list("mounts")
                            .removeIf(one -> Map.of("/dev", "/dev/shm", "/dev/mqueue", "")
                                    .containsKey(((Map<?, ?>) one).get("destination")));
                    config.list("mounts")
                            .addFirst(JsonObject.array(mount("bind", dev.toString(), "/dev", "rbind"))
                                    .getFirst());
                });
                Result result = trial.place.runProgram(
                        List.of("script", "-q", "-e", "-c", String.join(" ", trial.command(bundle)), "/dev/null"));
                if (result.status() == 0) {
                    // Its name may have been exchanged since; that it is a terminal of the container's is what counts.
                    assertThat(result.output()).contains("\"name\":\"/dev/pts/0\",\"major\":136");
                    ran[0]++;
                }
                assertThat(result.output()).doesNotContain(Trial.SECRET);
                trial.place.run("delete", "--force", bundle.id());
            });
            assertThat(ran[0]).as("containers that ran").isPositive();
        }
    }

    /** Every place that mounts go to or files are made in, in every shape, with and without a mount on /dev. */
    @ParameterizedTest
    @ValueSource(strings = {"absolute", "relative", "file", "fifo", "missing"})
    void cve_2026_41579_cve_2026_88264_cve_2026_88265_anImagesDirectories(String shape) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            List<String> places = List.of(
                    "dev", "dev/pts", "dev/shm", "dev/mqueue", "proc", "sys", "etc", "run", "dev/fd", "dev/ptmx");
            for (String place : places) {
                for (boolean mounted : List.of(true, false)) {
                    Bundle bundle = trial.bundle().probe("fds");
                    if (!mounted) {
                        bundle.edit(config -> config.list("mounts")
                                .removeIf(one -> "/dev".equals(((Map<?, ?>) one).get("destination"))));
                    }
                    Path inside = bundle.rootfs().resolve(place);
                    Files.createDirectories(inside.getParent());
                    remove(inside);
                    Path target = trial.canary.resolve("directory");
                    make(
                            trial,
                            shape,
                            inside,
                            shape.equals("relative") ? inside.getParent().relativize(target) : target);
                    Result result = trial.runsOrIsRefused(bundle);
                    if (result.status() == 0) {
                        JsonObject stdin = Answers.parse(result.output())
                                .of("fds")
                                .objects("fds")
                                .getFirst();
                        assertThat(stdin.number("major"))
                                .as("%s %s", place, shape)
                                .isEqualTo(1);
                        assertThat(stdin.number("minor"))
                                .as("%s %s", place, shape)
                                .isEqualTo(3);
                    }
                }
            }
        }
    }

    private static Bundle withoutDev(Bundle bundle) throws IOException {
        return bundle.edit(config -> config.list("mounts")
                .removeIf(one -> ((String) ((Map<?, ?>) one).get("destination")).startsWith("/dev")));
    }

    private static void make(Trial trial, String kind, Path file, Path target)
            throws IOException, InterruptedException {
        switch (kind) {
            case "link", "absolute", "relative" -> Files.createSymbolicLink(file, target);
            case "file" -> Files.writeString(file, "");
            case "directory" -> Files.createDirectory(file);
            case "fifo" -> fifo(trial, file);
            default -> assertThat(file).doesNotExist();
        }
    }

    private static void fifo(Trial trial, Path file) throws IOException, InterruptedException {
        trial.place.runProgram(List.of("mkfifo", file.toString())).succeeds();
    }

    /** With what is in it: an image's /etc has files. */
    private static void remove(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (var files = Files.walk(path)) {
            files.forEach(all::addFirst);
        }
        for (Path one : all) {
            Files.delete(one);
        }
    }
}
