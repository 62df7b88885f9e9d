package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The units of this program, by Debian 12's systemd. */
@Tag("kernel")
@Tag("guest")
@ResourceLock("guests")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@ExtendWith(Guests.Resolver.class)
class ServiceGuestTest {
    private static final String ACTIVE = "systemctl show -p ActiveState --value estiba.service";
    private static final String MAIN = "systemctl show -p MainPID --value estiba.service";

    private final Guest guest;

    ServiceGuestTest(Guests guests) throws IOException {
        this.guest = guests.withSystemd();
    }

    @BeforeEach
    void runsAContainer() throws IOException {
        guest.run("""
                mkdir -p /srv/image/bin /etc/estiba && cp /bin/busybox /opt/probe/* /srv/image/bin/
                ln -sf busybox /srv/image/bin/sh
                rm -f /etc/estiba/daemon.json
                systemctl start estiba.socket
                """).succeeds();
        assertThat(said(ACTIVE)).isEqualTo("inactive");
        Guest.Result run =
                guest.run("exec estiba run -d --name stays --network none rootfs:/srv/image /bin/probe sleep 1000");
        assertThat(run.error()).as("nobody but systemd has started the daemon").isEmpty();
        assertThat(run.status()).isZero();
        assertThat(said(ACTIVE)).isEqualTo("active");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        guest.run("estiba rm -f stays; systemctl stop estiba.service estiba.socket")
                .succeeds();
        assertThat(said("find /sys/fs/cgroup/estiba -mindepth 1 -type d; ls /var/lib/estiba/containers"))
                .isEmpty();
    }

    private String said(String script) throws IOException {
        return guest.run(script).output().strip();
    }

    private String process() throws IOException {
        return said("estiba inspect -f '{{.State.Status}} {{.State.Pid}}' stays");
    }

    /** Waits in there until the daemon's process is another one than that. */
    private void awaitAnotherThan(String main) throws IOException {
        guest.run("""
                for round in $(seq 200); do
                    now=$(%s)
                    [ "$now" != %s ] && [ "$now" != 0 ] && [ "$(%s)" = active ] && exit 0
                    sleep 0.1
                done
                systemctl status estiba.service
                exit 1
                """.formatted(MAIN, main, ACTIVE)).succeeds();
    }

    @Test
    void theSocketStartsItAndItsContainersAreNotItsOwn() throws Exception {
        assertThat(said("stat -c '%a %U' /run/estiba/docker.sock")).isEqualTo("660 root");
        assertThat(said("cat /proc/$(" + MAIN + ")/cgroup")).endsWith("/system.slice/estiba.service");
        String pid = process().split(" ")[1];
        assertThat(said("cat /proc/" + pid + "/cgroup")).matches("0::/estiba/[0-9a-f]{64}");
        assertThat(said("cat /proc/" + pid + "/oom_score_adj")).isEqualTo("0");
        assertThat(said("cat /sys/fs/cgroup/system.slice/estiba.service/cgroup.procs"))
                .as("monitors are elsewhere, too")
                .isEqualTo(said(MAIN));
        assertThat(said("journalctl -u estiba.service -o cat")).contains("estiba daemon: ready");
    }

    @Test
    void containersOutliveItsRestart() throws Exception {
        String before = process();
        String main = said(MAIN);
        guest.run("systemctl restart estiba.service").succeeds();
        assertThat(said(MAIN)).isNotEqualTo(main);
        assertThat(process()).isEqualTo(before).startsWith("running ");
    }

    @Test
    void containersOutliveItsStop() throws Exception {
        String before = process();
        guest.run("systemctl stop estiba.service").succeeds();
        assertThat(said(ACTIVE)).isEqualTo("inactive");
        guest.run("kill -0 " + before.split(" ")[1]).succeeds();
        // Who calls next starts it again.
        assertThat(process()).isEqualTo(before);
        assertThat(said(ACTIVE)).isEqualTo("active");
    }

    @Test
    void aKilledOneIsStartedAgain() throws Exception {
        String before = process();
        String main = said(MAIN);
        guest.run("kill -9 " + main).succeeds();
        awaitAnotherThan(main);
        assertThat(process()).isEqualTo(before);
    }

    @Test
    void itReadsItsSettingsAgain() throws Exception {
        String main = said(MAIN);
        guest.run("""
                echo '{"labels": ["deck=lower"]}' >/etc/estiba/daemon.json
                systemctl reload estiba.service
                for round in $(seq 100); do
                    [ "$(estiba info -f '{{.Labels}}')" = '[deck=lower]' ] && exit 0
                    sleep 0.1
                done
                journalctl -u estiba.service -o cat
                exit 1
                """).succeeds();
        assertThat(said(MAIN)).isEqualTo(main);
        assertThat(said(ACTIVE)).isEqualTo("active");
        assertThat(process()).startsWith("running ");
    }
}
