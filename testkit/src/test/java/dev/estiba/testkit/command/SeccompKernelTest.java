package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.estiba.testkit.bundle.Programs;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code --security-opt seccomp=FILE}: what the kernel then answers inside. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeccompKernelTest {
    /** A container has its caller's filters at least; those of an outer container, or of {@code --without}. */
    private static final String NO_FILTER_OF_ITS_OWN = "\"mode\":\"" + ownMode() + "\"";

    private static String ownMode() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Seccomp:"))
                    .map(line -> line.substring("Seccomp:".length()).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String REFUSED = "\"errno\":\"EOPNOTSUPP\"";

    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = ProductRoom.open(place);
        Path probe = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/probe/probe");
        assumeThat(probe).as("the probe, which ./dev test builds").isExecutable();
        Programs.copy(probe, place.resolve("image/bin/probe"));
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    /** A file with rules; everything else is allowed. */
    private String file(String name, String... rules) throws IOException {
        return text(
                name,
                "{\n \"defaultAction\": \"SCMP_ACT_ALLOW\",\n \"syscalls\": [ " + String.join(",\n", rules)
                        + " ]\n}\n");
    }

    private String text(String name, String text) throws IOException {
        return "seccomp=" + Files.writeString(room.place().resolve(name), text);
    }

    private static String refuse(String call, int errno, String more) {
        return "{\"names\": [\"" + call + "\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": " + errno + more + "}";
    }

    private static String noDirectories() {
        return refuse("mkdir", 95, "") + "," + refuse("mkdirat", 95, "");
    }

    private String probed(List<String> options, String... verb) throws Exception {
        String[] command = new String[verb.length + 1];
        command[0] = "probe";
        System.arraycopy(verb, 0, command, 1, verb.length);
        Ended ended = room.ran(options, command);
        assertThat(ended.error()).isEmpty();
        return ended.output();
    }

    @Test
    void theProfileIsTheContainersInRestartAndExecToo() throws Exception {
        String option = file("errno.json", noDirectories(), refuse("call_of_tomorrow", 1, ""));
        String id = room.detached(List.of("--security-opt", option), "sh", "-c", "probe mkdir /made; exec sleep 1000");
        CommandRoom.until("its answer", () -> log(id).contains("mkdir"));
        assertThat(log(id)).contains(REFUSED);
        assertThat(room.call("exec", id, "probe", "mkdir", "/made").output()).contains(REFUSED);
        assertThat(room.call("exec", "--privileged", id, "probe", "mkdir", "/made")
                        .output())
                .contains(REFUSED);
        assertThat(room.asked(id, "{{json .HostConfig.SecurityOpt}}"))
                .startsWith(
                        "[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_ALLOW\\\",\\\"syscalls\\\":[{\\\"names\\\":");
        Files.delete(room.place().resolve("errno.json"));
        assertThat(room.call("restart", "-t", "0", id).status()).isZero();
        CommandRoom.until("its second answer", () -> log(id).lines().count() == 2);
        assertThat(log(id).lines()).allMatch(line -> line.contains(REFUSED));
        assertThat(room.call("exec", id, "probe", "mkdir", "/made").output()).contains(REFUSED);
    }

    private String log(String id) {
        try {
            return room.call("logs", id).output();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRuleHoldsForTheCapabilitiesOfTheContainer() throws Exception {
        String option = file(
                "caps.json",
                refuse("mkdir", 95, ", \"includes\": {\"caps\": [\"CAP_SYS_TIME\"], \"minKernel\": \"4.8\"}"),
                refuse(
                        "mkdirat",
                        95,
                        ", \"includes\": {\"caps\": [\"CAP_SYS_TIME\"], \"arches\": [\"amd64\", \"arm64\"]}"),
                refuse("rmdir", 95, ", \"excludes\": {\"caps\": [\"CAP_SYS_TIME\"]}"),
                refuse("unlinkat", 95, ", \"excludes\": {\"caps\": [\"CAP_SYS_TIME\"]}"));
        String plain = probed(List.of("--rm", "--security-opt", option), "mkdir", "/a", "--", "rmdir", "/a");
        assertThat(plain.lines().toList().getFirst()).doesNotContain(REFUSED);
        assertThat(plain.lines().toList().getLast()).contains(REFUSED);
        String more = probed(
                List.of("--rm", "--cap-add", "SYS_TIME", "--security-opt", option), "mkdir", "/a", "--", "rmdir", "/a");
        assertThat(more.lines().toList().getFirst()).contains(REFUSED);
        assertThat(more.lines().toList().getLast()).doesNotContain(REFUSED);
    }

    @Test
    void itStandsInThePlaceOfTheBuiltInOne() throws Exception {
        assertThat(probed(List.of("--rm", "--cap-add", "SYS_ADMIN"), "unshare", "uts"))
                .contains("\"ok\":true");
        // keyctl(KEYCTL_GET_KEYRING_ID, …), which the built-in profile refuses to everybody.
        assertThat(probed(List.of("--rm"), "keyring")).contains("EPERM");
        assertThat(probed(List.of("--rm", "--security-opt", file("own.json", noDirectories())), "keyring"))
                .doesNotContain("EPERM");
        assertThat(probed(List.of("--rm", "--security-opt", text("nothing.json", "{}")), "seccomp"))
                .contains(NO_FILTER_OF_ITS_OWN);
    }

    @Test
    void aPrivilegedContainerHasNoFilterWhateverIsSaid() throws Exception {
        String option = file("all.json", noDirectories());
        assertThat(probed(List.of("--rm", "--privileged", "--security-opt", option), "seccomp"))
                .contains(NO_FILTER_OF_ITS_OWN);
        String none = text("none.json", "[1]");
        assertThat(probed(List.of("--rm", "--privileged", "--security-opt", none), "seccomp"))
                .contains(NO_FILTER_OF_ITS_OWN);
    }

    @Test
    void aJailHasItToo() throws Exception {
        Ended ended = room.call(
                "run",
                "--rm",
                "--isolation",
                "chroot",
                "--network",
                "host",
                "--user",
                "1000",
                "--security-opt",
                file("jail.json", noDirectories()),
                room.image(),
                "probe",
                "mkdir",
                "/tmp");
        assertThat(ended.output()).as(ended.error()).contains(REFUSED);
    }

    @Test
    void whatCannotBeIsRefusedAndNothingIsMade() throws Exception {
        Files.createDirectories(room.place().resolve("directory"));
        new ProcessBuilder("mkfifo", room.place().resolve("fifo").toString())
                .start()
                .waitFor();
        String here = room.place().toString();
        refused(
                "seccomp=" + here + "/fifo",
                "opening seccomp profile (" + here + "/fifo) failed: read " + here + "/fifo: not a regular file");
        refused("seccomp=/dev/zero", "opening seccomp profile (/dev/zero) failed: read /dev/zero: not a regular file");
        refused(
                "seccomp=" + here + "/directory",
                "opening seccomp profile (" + here + "/directory) failed: read " + here + "/directory: is a directory");
        refused(
                "seccomp=/no/file",
                "opening seccomp profile (/no/file) failed: open /no/file: no such file or directory");
        refused(
                "seccomp=/dev/zero/x",
                "opening seccomp profile (/dev/zero/x) failed: open /dev/zero/x: not a directory");
        refused(
                text("bad.json", "{"),
                "compacting json for seccomp profile (" + here + "/bad.json) failed: unexpected end of JSON input");
        refused(
                text("long.json", " ".repeat(1 << 20) + "{}"),
                "opening seccomp profile (" + here + "/long.json) failed: it is larger than 1 MiB");
        refused(text("array.json", "[]"), "Decoding seccomp profile failed:" + " an array where an object is expected");
        refused(
                file("notify.json", "{\"name\":\"mkdir\",\"action\":\"SCMP_ACT_NOTIFY\"}"),
                "not built yet: SCMP_ACT_NOTIFY in a seccomp profile");
        refused(
                text("listen.json", "{\"defaultAction\":\"SCMP_ACT_LOG\",\"listenerPath\":\"/run/x\"}"),
                "not built yet: listenerPath in a seccomp profile");
        assertThat(room.residue()).isEmpty();
    }

    private void refused(String option, String words) throws Exception {
        Ended ended = room.ran(List.of("--security-opt", option), "true");
        assertThat(ended.error()).startsWith("estiba: " + words);
        assertThat(ended.status()).isEqualTo(125);
        assertThat(room.call("ps", "-aq").output()).isEmpty();
    }

    @Test
    void whatIsReadIsTheCallersOwnFile() throws Exception {
        file("stdin.json", noDirectories());
        Ended ended = room.ranFrom(
                "\"$@\" <" + room.place().resolve("stdin.json"),
                List.of("--rm", "--security-opt", "seccomp=/dev/stdin"),
                "probe",
                "mkdir",
                "/made");
        assertThat(ended.output()).as(ended.error()).contains(REFUSED);
        Ended relative = room.ranFrom(
                "cd " + room.place() + " && \"$@\"",
                List.of("--rm", "--security-opt", "seccomp=stdin.json"),
                "probe",
                "mkdir",
                "/made");
        assertThat(relative.output()).as(relative.error()).contains(REFUSED);
    }
}
