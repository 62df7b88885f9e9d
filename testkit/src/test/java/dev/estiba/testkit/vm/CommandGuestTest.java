package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command on other kernels: overlays, volumes, jails. */
@GuestTest
class CommandGuestTest {
    private final Guest guest;

    private final GuestKernel kernel;

    CommandGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.kernel = kernel;
        this.guest = guests.of(kernel);
    }

    @BeforeEach
    void image() throws IOException {
        guest.run("""
                mkdir -p /srv/image/bin /srv/image/etc && cd /srv/image || exit
                cp /bin/busybox /opt/probe/* bin/ && ln -sf busybox bin/sh && cp /etc/passwd /etc/group etc/
                """).succeeds();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        Guest.Result left = guest.run("""
                estiba ps --all --quiet
                ls /var/lib/estiba/containers
                find /sys/fs/cgroup -mindepth 3 -type d -path '*/estiba/*'
                grep -c overlay /proc/1/mountinfo
                rm -rf /srv/image
                """);
        assertThat(left.output()).isEqualTo("0\n");
    }

    private Guest.Result run(String words) throws IOException {
        return guest.run("exec estiba run --rm --network none " + words);
    }

    @Test
    void whatAContainerChangesIsNotInItsImage() throws Exception {
        Answers answers = Answers.parse(run("rootfs:/srv/image /bin/probe create /new -- statfs / -- mountinfo /")
                .succeeds()
                .output());
        assertThat(answers.errno("create")).isEmpty();
        assertThat(answers.of("mountinfo").objects("mounts").getFirst().text("type"))
                .isEqualTo("overlay");
        assertThat(guest.call("ls", "/srv/image").output()).doesNotContain("new");
    }

    /** Before Linux 6.15 an overlay takes mapped layers of a mount namespace only. */
    @Test
    void itsUsersAreOthersOnTheHost() throws Exception {
        String look =
                "'cat /proc/self/uid_map; busybox stat -c %u /bin/busybox; echo x > /made; busybox stat -c %u /made'";
        assertThat(run("--userns auto:size=500 rootfs:/srv/image /bin/sh -c " + look)
                        .succeeds()
                        .output()
                        .strip()
                        .replaceAll("\\s+", " "))
                .matches("0 [1-9][0-9]* 500 0 0");
    }

    /** Before Linux 6.15 nobody copies a mount of another mount namespace, nor a detached one. */
    @Test
    void aPartOfAVolumeIsMounted() throws Exception {
        run("-v data:/d rootfs:/srv/image /bin/sh -c 'mkdir /d/part; echo salt > /d/part/cargo'")
                .succeeds();
        assertThat(run("--mount src=data,dst=/p,volume-subpath=part,ro rootfs:/srv/image /bin/busybox cat /p/cargo")
                        .succeeds()
                        .output())
                .isEqualTo("salt\n");
        assertThat(guest.run("estiba volume rm data; estiba volume ls -q").output())
                .isEqualTo("data\n");
    }

    @Test
    void aDirectoryOfTheHostIsBoundReadOnly() throws Exception {
        Answers answers =
                Answers.parse(run("-v /opt:/data:ro rootfs:/srv/image /bin/probe ls /data -- create /data/new")
                        .succeeds()
                        .output());
        assertThat(answers.of("ls").texts("names")).contains("probe");
        assertThat(answers.errno("create")).isEqualTo("EROFS");
    }

    @Test
    void aContainerIsStartedEnteredAndStopped() throws Exception {
        guest.run("exec estiba run -d --name watch --network none rootfs:/srv/image /bin/probe sleep-until-signal 100")
                .succeeds();
        assertThat(guest.run("exec estiba exec watch /bin/probe exit 5").status())
                .isEqualTo(5);
        guest.run("exec estiba stop watch").succeeds();
        assertThat(guest.run("exec estiba logs watch").succeeds().output()).contains("SIGTERM");
        guest.run("exec estiba rm watch").succeeds();
    }

    /** Of version 2's files: what is frozen, whom memory lacked for, who is in there. */
    @Test
    void whatTheKernelSaysOfAContainerIsSaid() throws Exception {
        guest.run("exec estiba run -d --name asked --network none -m 16m rootfs:/srv/image /bin/probe sleep 1000")
                .succeeds();
        guest.run("exec estiba pause asked").succeeds();
        assertThat(asked("{{.State.Status}} {{.State.OOMKilled}}")).isEqualTo("paused false\n");
        assertThat(guest.run("exec estiba top asked").succeeds().output()).contains("/bin/probe sleep 1000");
        guest.run("exec estiba unpause asked").succeeds();
        assertThat(guest.run("exec estiba exec asked /bin/probe memhog 64").status())
                .isEqualTo(137);
        assertThat(asked("{{.State.Status}} {{.State.OOMKilled}}")).isEqualTo("running true\n");
        guest.run("exec estiba kill asked").succeeds();
        guest.run("exec estiba wait asked").succeeds();
        assertThat(asked("{{.State.ExitCode}} {{.State.OOMKilled}}")).isEqualTo("137 true\n");
        guest.run("exec estiba rm asked").succeeds();
    }

    private String asked(String template) throws IOException {
        return guest.run("exec estiba inspect -f '" + template + "' asked")
                .succeeds()
                .output();
    }

    @Test
    void itsLimitsAreInTheGroupThatItSees() throws Exception {
        assertThat(run("-m 64m --pids-limit 33 rootfs:/srv/image /bin/busybox cat /sys/fs/cgroup/memory.max"
                                + " /sys/fs/cgroup/pids.max")
                        .succeeds()
                        .output())
                .isEqualTo("67108864\n33\n");
    }

    /** A group that has handed controllers down has no place for processes: who goes in is in that of the first one. */
    @Test
    void aContainerThatMakesGroupsOfItsOwnIsEntered() throws Exception {
        guest.run("""
                estiba run -d --name nest --network none --privileged rootfs:/srv/image /bin/busybox sh -c '
                    cd /sys/fs/cgroup && /bin/busybox mkdir a && echo 1 >a/cgroup.procs &&
                    echo +memory >cgroup.subtree_control && exec /bin/probe sleep 1000'
                for round in $(seq 100); do
                    grep -q memory /sys/fs/cgroup/estiba/*/cgroup.subtree_control && exit
                    sleep 0.1
                done
                exit 1
                """).succeeds();
        assertThat(guest.run("exec estiba exec nest /bin/busybox cat /proc/self/cgroup")
                        .succeeds()
                        .output())
                .isEqualTo("0::/a\n");
        guest.run("exec estiba rm -f nest").succeeds();
    }

    /** Without Landlock's scopes a process in a jail could signal those of its user outside. */
    @Test
    void aJailKeepsItsSignalsInOrIsNotMade() throws Exception {
        Guest.Result result = guest.run("""
                su sailor -c 'exec sleep 1000' &
                sleep 0.5
                estiba run --rm --isolation chroot --network host --user 1000 rootfs:/srv/image /bin/probe kill $! 0
                status=$?
                kill $!
                exit $status
                """);
        if (kernel == GuestKernel.OLDEST) {
            assertThat(result.error()).contains("Landlock's scopes, since Linux 6.12");
            assertThat(result.status()).isNotZero();
            assertThat(result.output()).isEmpty();
        } else {
            assertThat(Answers.parse(result.succeeds().output()).errno("kill")).isEqualTo("EPERM");
        }
    }
}
