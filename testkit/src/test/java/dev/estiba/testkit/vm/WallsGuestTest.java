package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits of a host that are the whole machine's, and so are met on a machine of their own. */
@GuestTest
class WallsGuestTest {
    private final Guest guest;

    WallsGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
    }

    @BeforeEach
    void image() throws IOException {
        guest.run("""
                mkdir -p /srv/image/bin /srv/image/etc && cd /srv/image || exit
                cp /bin/busybox bin/ && ln -sf busybox bin/sh && cp /etc/passwd /etc/group etc/
                """).succeeds();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(guest.run("estiba ps --all --quiet; ls /var/lib/estiba/containers; rm -rf /srv/image")
                        .output())
                .isEmpty();
    }

    /** With a setting of the kernel's, which is as it was behind it. */
    private String refused(String setting, String value, String words) throws IOException {
        Guest.Result result = guest.run("""
                was=$(cat /proc/sys/%1$s)
                echo %2$s >/proc/sys/%1$s
                estiba run --rm --network none %3$s rootfs:/srv/image /bin/busybox true
                status=$?
                echo "$was" >/proc/sys/%1$s
                exit $status
                """.formatted(setting, value, words));
        assertThat(result.status()).as(result.error()).isEqualTo(125);
        return result.error();
    }

    @Test
    void theLimitThatWasMetIsNamed() throws Exception {
        // A thousand are the host's alone.
        assertThat(refused("kernel/pty/max", "1024", "-t"))
                .contains("no space left on device")
                .contains("all terminals that containers may have are in use")
                .contains("raise the sysctl kernel.pty.max");
        assertThat(refused("kernel/keys/root_maxbytes", "1", ""))
                .contains("disk quota exceeded")
                .contains("raise the sysctls kernel.keys.root_maxkeys");
        assertThat(refused("user/max_pid_namespaces", "0", ""))
                .contains("as many namespaces of a kind as it may have")
                .contains("pid: 0");
    }
}
