package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Further processes in a jail: what they are, and that they are kept in as its first one is. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JailExecKernelTest {
    /** Of /proc/PID/status: what is one process's own, and no wall. */
    private static final Set<String> OWN =
            Set.of("Name", "State", "Tgid", "Ngid", "Pid", "PPid", "voluntary_ctxt_switches");

    private JailRoom jails;
    private ProductRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        jails = JailRoom.open(place);
        room = jails.room();
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

    @Test
    void itsOutputAndItsEndAreItsOwn() throws Exception {
        String id = jails.jail("sleep", "1000");
        Ended call = room.call("exec", id, "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(call).isEqualTo(new Ended(7, "out\n", "err\n"));
        assertThat(room.room()
                        .callFrom("echo in | \"$@\"", "exec", "-i", id, "cat")
                        .output())
                .isEqualTo("in\n");
        assertThat(jails.status("exec", id, "true")).isZero();
        assertThat(jails.status("exec", id, "sh", "-c", "kill -9 $$")).isEqualTo(137);
        String failed = "OCI runtime exec failed: exec failed: unable to start container process: exec: ";
        jails.refused(failed + "\"none\": executable file not found in $PATH", 127, "exec", id, "none");
        jails.refused(failed + "\"/etc/passwd\": permission denied", 126, "exec", id, "/etc/passwd");
        assertThat(JailRoom.processes(id)).containsExactly(jails.first(id));
        assertThat(room.asked(id, "{{.State.Status}}")).isEqualTo("running");
    }

    @Test
    void itsUserDirectoryAndEnvironmentAreAskedFor() throws Exception {
        String id = jails.jail("sleep", "1000");
        assertThat(jails.said("exec", id, "sh", "-c", "id -u; id -g; pwd; echo $HOME"))
                .isEqualTo("1000\n1000\n/\n/berth\n");
        assertThat(jails.said(
                        "exec",
                        "-u",
                        "mate",
                        "-w",
                        "/etc",
                        "-e",
                        "A=b",
                        id,
                        "sh",
                        "-c",
                        "id -u; id -g; pwd; echo $A $HOME"))
                .isEqualTo("1001\n1002\n/etc\nb /cabin\n");
        assertThat(jails.said("exec", "-u", "77:78", id, "sh", "-c", "id -u; id -g"))
                .isEqualTo("77\n78\n");
        Ended nowhere = room.call("exec", "-w", "/none", id, "true");
        assertThat(nowhere.error()).contains("chdir to cwd (\"/none\") set in config.json failed: no such file");
        assertThat(nowhere.status()).isEqualTo(127);
    }

    @Test
    void whatWouldOpenItIsRefused() throws Exception {
        String id = jails.jail("sleep", "1000");
        String root = "--isolation chroot: its root would be the host's: say --user, another than root";
        jails.refused(root, 1, "exec", "-u", "root", id, "true");
        jails.refused(root, 1, "exec", "-u", "0:1000", id, "true");
        jails.refused(
                "OCI runtime exec failed: exec failed: no jail by chroot: its root would be the host's: run it as another user",
                1,
                "exec",
                "-u",
                "captain",
                id,
                "true");
        jails.refused("--isolation chroot: --privileged would open it", 1, "exec", "--privileged", id, "true");
        jails.refused("--isolation chroot: it has no terminals of its own (-t)", 1, "exec", "-t", id, "true");
        assertThat(JailRoom.processes(id)).hasSize(1);
    }

    @Test
    void itIsKeptInAsTheFirstIs() throws Exception {
        String id = jails.jail("sleep", "1000");
        assertThat(jails.said("exec", "-d", id, "sleep", "1000")).isEmpty();
        String first = jails.first(id);
        String other = jails.other(id);
        assertThat(walls(other))
                .isEqualTo(walls(first))
                .contains("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t" + "0".repeat(16));
        for (String file : List.of("cgroup", "limits", "oom_score_adj", "mountinfo")) {
            assertThat(Files.readString(Path.of("/proc", other, file)))
                    .isEqualTo(Files.readString(Path.of("/proc", first, file)));
        }
        for (String directory : List.of("root", "cwd")) {
            assertThat(Files.isSameFile(Path.of("/proc", other, directory), Path.of("/proc", first, directory)))
                    .isTrue();
            assertThat(Files.isSameFile(Path.of("/proc", other, directory), Path.of("/")))
                    .isFalse();
        }
        assertThat(Path.of("/proc", other, "fd")).isDirectoryNotContaining("regex:.*/([3-9]|[0-9]{2,})");
    }

    /** Lines of /proc/PID/status about who it is and what it may. */
    private static List<String> walls(String pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> !OWN.contains(line.substring(0, line.indexOf(':'))))
                .filter(line -> !line.matches("(NS|Vm|Rss|nonvoluntary).*"))
                .toList();
    }

    @Test
    void fromInsideThereIsNoWayOut() throws Exception {
        String id = jails.jail("sleep", "1000");
        Answers said = Answers.parse(jails.said(
                "exec",
                id,
                "probe",
                "caps",
                "--",
                "nnp",
                "--",
                "fds",
                "--",
                "ids",
                "--",
                "cwd",
                "--",
                "climb",
                "--",
                "raise-caps",
                "--",
                "chroot-escape",
                "/tmp",
                "--",
                "mknod",
                "/disk",
                "b",
                "8",
                "0",
                "--",
                "unshare",
                "user"));
        for (String set : List.of("inheritable", "permitted", "effective", "bounding", "ambient")) {
            assertThat(said.of("caps").text(set)).isEqualTo("0".repeat(16));
        }
        assertThat(said.of("nnp").number("no_new_privs")).isEqualTo(1);
        assertThat(said.of("nnp").number("pdeathsig")).isZero();
        List<JsonObject> open = said.of("fds").objects("fds");
        assertThat(open).hasSize(3).allMatch(each -> Set.of("fifo", "char").contains(each.text("type")));
        assertThat(said.of("ids").text("umask")).isEqualTo("0022");
        assertThat(said.of("cwd").text("path")).isEqualTo("/");
        assertThat(said.of("climb").objects("escapes")).isEmpty();
        assertThat(said.errno("raise-caps")).isEqualTo("EPERM");
        assertThat(said.of("chroot-escape").text("chroot")).isEqualTo("EPERM");
        assertThat(said.errno("mknod")).isIn("EPERM", "EACCES");
        assertThat(said.errno("unshare")).isEqualTo("EPERM");
    }

    /** Landlock (landlock(7), LANDLOCK_SCOPE_SIGNAL): of the same user all of them, and each in a domain of its own. */
    @Test
    void itSignalsNeitherTheHostNorTheJailsOthers() throws Exception {
        String id = jails.jail("sleep", "1000");
        Process outside = new ProcessBuilder("setpriv", "--reuid=1000", "--clear-groups", "sleep", "1000").start();
        try {
            assertThat(jails.said("exec", "-d", id, "sleep", "1000")).isEmpty();
            for (String pid : List.of(Long.toString(outside.pid()), jails.first(id), jails.other(id))) {
                Answers answers = Answers.parse(jails.said("exec", id, "probe", "kill", pid, "0"));
                assertThat(answers.errno("kill")).as("of %s", pid).isEqualTo("EPERM");
            }
            assertThat(jails.said("exec", id, "sh", "-c", "sleep 1000 & kill -9 $! && echo its own"))
                    .isEqualTo("its own\n");
            assertThat(outside.isAlive()).isTrue();
        } finally {
            outside.destroyForcibly().waitFor();
        }
    }

    @Test
    void theFirstDoesNotSignalIt() throws Exception {
        Path fifo = room.place().resolve("image/told");
        assertThat(new ProcessBuilder("mkfifo", "-m", "666", fifo.toString())
                        .start()
                        .waitFor())
                .isZero();
        String id = jails.jail("sh", "-c", "read pid </told; kill -9 $pid; echo answered $?; exec sleep 1000");
        jails.said("exec", "-d", id, "sleep", "1000");
        String other = jails.other(id);
        jails.said("exec", id, "sh", "-c", "echo " + other + " >/told");
        CommandRoom.until("its answer", () -> log(id).contains("answered"));
        assertThat(log(id)).contains("answered 1", "Operation not permitted");
        assertThat(JailRoom.processes(id)).contains(other);
        Files.delete(fifo);
    }

    private String log(String id) {
        try {
            Ended logs = room.call("logs", id);
            return logs.output() + logs.error();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
