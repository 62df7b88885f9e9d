package dev.estiba.testkit.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Docker's default container as seen from inside, on the runtimes that define what it is. What holds here may be asked of
 * ours; and a probe that answers wrongly, or a bundle that no runtime takes, is found before it is used to judge.
 */
@Tag("peer")
class DefaultContainerTest {
    @TempDir
    private Path directory = Path.of("/");

    @AfterAll
    static void leaveNothing() throws IOException {
        TestCgroups.removeEmptyParents();
    }

    /** Runs the probe in a container of the default kind and checks that nothing of it is left. */
    private Answers ask(String runtime, String... words) throws IOException, InterruptedException {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        Path program = Repository.peer(runtime);
        String id = "peer-" + runtime + "-" + ProcessHandle.current().pid() + "-" + words[0];
        Bundle bundle = Bundles.ofRepository(Repository.root())
                .docker(directory.resolve("bundle"), id)
                .probe(words);
        Path states = Files.createDirectory(directory.resolve("states"));
        Run run = Run.of(List.of(
                program.toString(),
                "--root",
                states.toString(),
                "run",
                "--bundle",
                bundle.directory().toString(),
                id));
        assertThat(run.status()).as(run.error()).isZero();
        assertThat(TestCgroups.leftBy(id)).isEmpty();
        assertThat(states.resolve(id)).doesNotExist();
        return run.answers();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void itsRightsAreDockers(String runtime) throws Exception {
        Answers answers = ask(runtime, "caps", "--", "ids", "--", "seccomp", "--", "nnp", "--", "signals", "--", "oom");
        JsonObject caps = answers.of("caps");
        assertThat(caps.text("effective")).isEqualTo("00000000a80425fb");
        assertThat(caps.text("permitted")).isEqualTo("00000000a80425fb");
        assertThat(caps.text("bounding")).isEqualTo("00000000a80425fb");
        assertThat(caps.text("inheritable")).isEqualTo("0000000000000000");
        assertThat(caps.text("ambient")).isEqualTo("0000000000000000");
        assertThat(answers.of("ids").number("uid")).isZero();
        assertThat(answers.of("ids").text("umask")).isEqualTo("0022");
        assertThat(answers.of("seccomp").text("mode")).isEqualTo("2");
        assertThat(answers.of("nnp").number("no_new_privs")).isZero();
        assertThat(answers.of("signals").list("blocked")).isEmpty();
        // The two that glibc's posix_spawn, by which this JVM starts the runtime, leaves ignored; both runtimes pass
        // them on.
        assertThat(answers.of("signals").texts("ignored")).isSubsetOf("SIGRT0", "SIGRT1");
        assertThat(answers.of("oom").text("oom_score_adj")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void itsWorldIsItsOwn(String runtime) throws Exception {
        Answers answers = ask(
                runtime,
                "ns",
                "--",
                "pid",
                "--",
                "uname",
                "--",
                "interfaces",
                "--",
                "cwd",
                "--",
                "env",
                "--",
                "fds",
                "--",
                "cgroup",
                "--",
                "sysctl",
                "net.ipv4.ip_unprivileged_port_start");
        for (String name : List.of("mnt", "net", "uts", "pid", "ipc")) {
            assertThat(answers.of("ns").number(name)).as(name).isNotEqualTo(hostNamespace(name));
        }
        for (String name : List.of("user", "cgroup", "time")) {
            assertThat(answers.of("ns").number(name)).as(name).isEqualTo(hostNamespace(name));
        }
        assertThat(answers.of("pid").number("pid")).isEqualTo(1);
        assertThat(answers.of("pid").number("ppid")).isZero();
        String id = answers.of("uname").text("hostname");
        assertThat(id).startsWith("peer-" + runtime);
        assertThat(answers.of("interfaces").objects("interfaces").stream().map(one -> one.text("name")))
                .contains("lo")
                .doesNotContain("eth0");
        assertThat(answers.of("cwd").text("path")).isEqualTo("/");
        assertThat(answers.of("env").texts("env")).contains("HOSTNAME=" + id);
        assertThat(answers.of("fds").objects("fds").stream().map(fd -> fd.number("fd")))
                .containsExactly(0L, 1L, 2L);
        assertThat(answers.of("cgroup").text("cgroups.memory")).endsWith("/estiba-test/" + id);
        assertThat(answers.of("sysctl").text("value")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void itsFilesAreMaskedAndReadOnlyAsDockersAre(String runtime) throws Exception {
        Answers answers = ask(
                runtime,
                "stat",
                "/proc/interrupts",
                "--",
                "read",
                "/proc/timer_list",
                "--",
                "ls",
                "/sys/firmware",
                "--",
                "open",
                "/proc/sys/kernel/hostname",
                "w",
                "--",
                "create",
                "/sys/x",
                "--",
                "mknod",
                "/tmp/null",
                "c",
                "1",
                "3",
                "--",
                "open",
                "/tmp/null",
                "r",
                "--",
                "mount-try",
                "tmpfs",
                "tmpfs",
                "/tmp",
                "--",
                "unshare",
                "user",
                "--",
                "climb",
                "--",
                "statfs",
                "/dev/shm");
        assertThat(answers.of("stat").number("major")).isEqualTo(1);
        assertThat(answers.of("stat").number("minor")).isEqualTo(3);
        assertThat(answers.of("read").text("text")).isEmpty();
        assertThat(answers.of("ls").list("names")).isEmpty();
        assertThat(answers.errno("open")).isEqualTo("EROFS");
        assertThat(answers.errno("create")).isIn("EROFS", "EACCES", "EPERM");
        assertThat(answers.errno("mknod")).isEmpty();
        assertThat(answers.errno("mount-try")).isEqualTo("EPERM");
        assertThat(answers.errno("unshare")).isEqualTo("EPERM");
        assertThat(answers.of("climb").list("escapes")).isEmpty();
        assertThat(answers.of("statfs").text("magic")).isEqualTo("01021994"); // TMPFS_MAGIC, statfs(2)
        assertThat(answers.of("statfs").flag("noexec")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"crun", "runc"})
    void itsLimitsHold(String runtime) throws Exception {
        Answers answers = ask(runtime, "forkbomb", "500", "--", "forked", "memhog", "256");
        assertThat(answers.of("forkbomb").number("made")).isBetween(90L, 100L);
        assertThat(answers.of("forkbomb").text("refused")).isEqualTo("EAGAIN");
        assertThat(answers.of("forked").text("signal")).isEqualTo("SIGKILL");
    }

    private static long hostNamespace(String name) throws IOException {
        return (long) Files.getAttribute(Path.of("/proc/self/ns", name), "unix:ino");
    }
}
