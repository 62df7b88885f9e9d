package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The package of Debian's, by dpkg and Debian 12's systemd, from its installation to its end. */
@Tag("kernel")
@Tag("guest")
@ResourceLock("guests")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
@ExtendWith(Guests.Resolver.class)
class PackageGuestTest {
    private static final int SECTOR = 512;
    private static final Duration LONG = Duration.ofMinutes(4);

    @TempDir
    Path place;

    private final Guests guests;
    private Guest guest;

    PackageGuestTest(Guests guests) {
        this.guests = guests;
    }

    /** Two builds, of which the second is the first with another number. */
    @BeforeEach
    void boot() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "no dpkg on this machine");
        Path repository = Path.of(System.getProperty("estiba.repo", "."));
        assumeTrue(Boolean.getBoolean("estiba.long"), "takes ten minutes: ./dev test --long --vm PackageGuest");
        guests.need();
        host("cd " + repository + " && ./dev package --deb && cp \"$(ls -t build/dist/estiba_*.deb | head -n 1)\" "
                + place + "/one.deb");
        host(
                "cd " + place + " && dpkg-deb -R one.deb two && sed -i 's/^Version: .*/&+next/' two/DEBIAN/control"
                        + " && echo 0123456789abcdef >two/usr/lib/estiba/lib/build-id && dpkg-deb --root-owner-group -Znone -b two two.deb");
        guest = guests.withSystemd(List.of(disk("one.deb"), disk("two.deb")));
        // What is in there of the tests themselves is no package's.
        guest.run("""
                systemctl stop estiba.socket estiba.service
                rm -f /usr/bin/estiba /bin/estiba /bin/estiba-oci /etc/systemd/system/estiba.*
                systemctl daemon-reload
                rm -rf /run/estiba /var/lib/estiba /etc/estiba
                mkdir -p /var/lib/dpkg/info /var/lib/dpkg/updates /var/lib/dpkg/triggers /usr/sbin /srv/image/bin
                : >/var/lib/dpkg/status
                printf '#!/bin/sh\\ngrep -q "^$2:" "/etc/$1"\\n' >/usr/bin/getent
                printf '#!/bin/sh\\nfor name; do :; done; echo "$name:x:990:" >>/etc/group\\n' >/usr/sbin/groupadd
                printf '#!/bin/sh\\n' >/usr/sbin/ldconfig
                chmod +x /usr/bin/getent /usr/sbin/groupadd /usr/sbin/ldconfig
                cp /bin/busybox /opt/probe/* /srv/image/bin/
                ln -sf busybox /srv/image/bin/sh
                """).succeeds();
    }

    @AfterEach
    void close() {
        if (guest != null) {
            guest.close();
        }
    }

    private static void host(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** Made longer until it is whole sectors: ar(5) ends where the last member does. */
    private Path disk(String name) throws Exception {
        Path file = place.resolve(name);
        long sectors = (Files.size(file) + SECTOR - 1) / SECTOR;
        Path disk = place.resolve(name + ".disk");
        host("cp " + file + " " + disk + " && truncate -s " + sectors * SECTOR + " " + disk);
        return disk;
    }

    private String said(String script) throws IOException {
        return guest.run(LONG, "export PATH=/usr/bin:/usr/sbin:/bin\n" + script)
                .output()
                .strip();
    }

    private void does(String script) throws IOException {
        guest.run(LONG, "export PATH=/usr/bin:/usr/sbin:/bin\n" + script).succeeds();
    }

    private void installs(String disk, String name) throws IOException {
        long size = Files.size(place.resolve(name));
        does("head -c " + size + " " + disk + " >/tmp/" + name + " && /usr/bin/dpkg --force-depends,unsafe-io -i /tmp/"
                + name + " && rm /tmp/" + name);
    }

    private String process() throws IOException {
        return said("estiba inspect -f '{{.State.Status}} {{.State.Pid}}' stays");
    }

    @Test
    void itIsInstalledUpgradedBesideAContainerAndRemovedWithoutATrace() throws Exception {
        String files = "find / -xdev -path /proc -prune -o -path /sys -prune -o -path /tmp -prune -o -path /run -prune"
                + " -o -path /var/lib/dpkg -prune -o -path /var/log -prune -o -print | sort";
        String before = said(files);
        installs("/dev/vdc", "one.deb");
        assertThat(said("systemctl is-active estiba.socket; systemctl is-enabled estiba.socket estiba.service"))
                .isEqualTo("active\nenabled\nenabled");
        assertThat(said("stat -c '%a %U %G' /run/estiba/docker.sock")).isEqualTo("660 root docker");
        assertThat(
                        said(
                                "ls /usr/share/man/man1/estiba-run.1.gz /usr/share/bash-completion/completions/estiba"
                                        + " /usr/share/zsh/vendor-completions/_estiba /usr/share/fish/vendor_completions.d/estiba.fish | wc -l"))
                .isEqualTo("4");
        does("estiba run -d --name stays --network none rootfs:/srv/image /bin/probe sleep 100000");
        String running = process();
        assertThat(running).startsWith("running ");
        String main = said("systemctl show -p MainPID --value estiba.service");
        does("echo '{\"labels\": [\"deck=lower\"]}' >/etc/estiba/daemon.json");

        installs("/dev/vdd", "two.deb");
        assertThat(said("systemctl show -p MainPID --value estiba.service")).isNotEqualTo(main);
        assertThat(process()).as("the container has run on").isEqualTo(running);
        assertThat(said("estiba exec stays /bin/busybox echo inside")).isEqualTo("inside");
        assertThat(said("estiba info -f '{{.Labels}}'")).isEqualTo("[deck=lower]");

        does("/usr/bin/dpkg -r --force-depends estiba");
        assertThat(said("kill -0 " + running.split(" ")[1] + " 2>&1 || echo gone"))
                .endsWith("gone");
        assertThat(said("ls -d /usr/lib/estiba /usr/bin/estiba* 2>/dev/null; ls /etc/estiba"))
                .isEqualTo("daemon.json");
        assertThat(said("for each in /proc/[0-9]*; do readlink $each/exe; done | grep /usr/lib/estiba"))
                .isEmpty();

        does("/usr/bin/dpkg -P estiba");
        assertThat(said("ls -d /run/estiba /sys/fs/cgroup/estiba* 2>/dev/null")).isEmpty();
        assertThat(said("ls /var/lib/estiba/containers | wc -l"))
                .as("data stay")
                .isEqualTo("1");
        does("rm -rf /var/lib/estiba");
        assertThat(said(files)).isEqualTo(before);
        assertThat(said("systemctl list-unit-files 'estiba*' --no-legend")).isEmpty();

        installs("/dev/vdc", "one.deb");
        does("estiba run --rm --network none rootfs:/srv/image /bin/probe sleep 0");
        does("ESTIBA_PURGE_DATA=1 /usr/bin/dpkg -P --force-depends estiba");
        assertThat(said(files)).isEqualTo(before);
    }
}
