package dev.estiba.testkit.rootless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.rootless.Person.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The real podman of an ordinary user with this runtime, on the kernel's own overlay. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RootlessPodmanTest {
    private static final String CONTAINERS = """
            [containers]
            netns = "none"
            apparmor_profile = ""
            log_driver = "k8s-file"
            default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            infra_image = ""
            """;

    private Person person;

    @BeforeAll
    void open() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "podman is not there (apt-get install podman)");
        person = Person.open(true);
        Path configuration = Files.createDirectories(person.home().resolve(".config/containers"));
        Files.writeString(configuration.resolve("containers.conf"), CONTAINERS);
        Files.writeString(configuration.resolve("storage.conf"), "[storage]\ndriver = \"overlay\"\n");
        assertThat(person.asRoot("chown -R " + person.uid() + " /run/home/.config")
                        .status())
                .isZero();
        Ended made = person.sh("tar -C root --owner=0 --group=0 -c . | podman import - box");
        assertThat(made.status()).as(made.error()).isZero();
    }

    @AfterEach
    void noContainerIsLeft() throws IOException {
        assertThat(podman("rm --all --force --time 0 && podman ps -aq")
                        .output()
                        .lines()
                        .count())
                .isLessThanOrEqualTo(1);
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (person != null) {
            person.sh("podman unshare rm -rf .local");
            person.close();
        }
    }

    private Ended podman(String words) throws IOException {
        return person.sh("podman --log-level error --runtime $E " + words);
    }

    private void says(String output, String words) throws IOException {
        Ended ended = podman(words);
        assertThat(ended.output()).as(ended.error()).isEqualTo(output);
        assertThat(ended.status()).as(ended.error()).isZero();
    }

    @Test
    void aContainerRunsInItsUsersNamespace() throws Exception {
        Ended ended = podman("run --rm box sh -c 'id -u; cat /proc/self/uid_map; exit 4'");
        assertThat(ended.status()).as(ended.error()).isEqualTo(4);
        assertThat(ended.output().replaceAll(" +", " "))
                .isEqualTo("0\n 0 " + person.uid() + " 1\n 1 " + person.lent() + " " + Person.LENT + "\n");
        says("overlay\n", "info --format '{{.Store.GraphDriverName}}'");
    }

    @Test
    void aContainerHasAWholeLife() throws Exception {
        assertThat(podman("run -d --name life box sh -c 'trap \"exit 6\" TERM; while :; do sleep 0.1; done'")
                        .status())
                .isZero();
        Ended exec = podman("exec life sh -c 'echo inside; exit 3'");
        assertThat(exec.output()).as(exec.error()).isEqualTo("inside\n");
        assertThat(exec.status()).isEqualTo(3);
        says("life\n", "stop life");
        says("6\n", "inspect life --format '{{.State.ExitCode}}'");
        says("life\n", "start life");
        says("life\n", "kill life");
        says("life\n", "rm --force --time 0 life");
    }

    @Test
    void otherUserNamespacesAreMadeInItsOwn() throws Exception {
        says(person.uid() + "\n", "run --rm --userns keep-id box id -u");
        Ended map = podman("run --rm --uidmap 0:1:1000 --gidmap 0:1:1000 box cat /proc/self/uid_map");
        assertThat(map.output().replaceAll(" +", " ")).as(map.error()).isEqualTo(" 0 1 1000\n");
        says("5\n", "run --rm --user 5:6 box id -u");
    }

    @Test
    void whatIsTheHostsIsShared() throws Exception {
        assertThat(podman("run --rm --network host box ls /sys/class/net").output())
                .contains("lo\n");
        String own = Long.toString(ProcessHandle.current().pid());
        says(own + "\n", "run --rm --pid host box sh -c 'cd /proc && ls -d " + own + "'");
        says("busybox\n", "run --rm -v /run/home/root/bin/busybox:/busybox:ro box sh -c 'cd /; ls busybox'");
    }

    @Test
    void aReadOnlyRootIsOne() throws Exception {
        Ended ended = podman("run --rm --read-only --tmpfs /tmp box sh -c 'echo >/tmp/x && echo >/x'");
        assertThat(ended.error()).contains("can't create /x: Read-only file system");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void aTerminalIsGiven() throws Exception {
        assertThat(podman("run --rm -t box sh -c 'test -t 0 && echo terminal' </dev/null")
                        .output())
                .contains("terminal");
    }
}
