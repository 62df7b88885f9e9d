package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers and volumes that may write so much and no more, on a file system with quotas of projects. */
@GuestTest
class QuotaGuestTest {
    private static final String REFUSED =
            "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";

    private final Guest guest;

    QuotaGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
    }

    @BeforeEach
    void mount() throws IOException {
        guest.run("""
                mkdir -p /srv/image/bin /srv/image/etc /srv/quota && cd /srv/image || exit
                cp /bin/busybox bin/ && ln -sf busybox bin/sh && cp /etc/passwd /etc/group etc/
                # It stays: the command's JVM goes on holding what it has opened there.
                grep -q ' /srv/quota ' /proc/mounts || mount -t ext4 -o prjquota /dev/vdb /srv/quota
                """).succeeds();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(said("estiba ps --all --quiet; ls /srv/quota/data/containers"))
                .isEmpty();
        guest.run("rm -rf /srv/image");
    }

    private Guest.Result on(String script) throws IOException {
        return guest.run("export ESTIBA_DATA_ROOT=/srv/quota/data ESTIBA_EXEC_ROOT=/run/quota\n" + script);
    }

    private String said(String script) throws IOException {
        return on(script).succeeds().output();
    }

    private static final String FILL = " rootfs:/srv/image /bin/sh -c"
            + " 'dd if=/dev/zero of=/big bs=1M count=20; busybox stat -c %s /big; busybox df -m / | tail -n 1'";

    @Test
    void aContainerWritesSoMuchAndNoMore() throws Exception {
        String words = "estiba run --network none --storage-opt size=8m";
        for (String more : new String[] {"", " --userns auto"}) {
            Guest.Result run = on(words + more + " --name full" + FILL);
            assertThat(run.error()).matches("(?s).*(No space left on device|Disk quota exceeded|Quota exceeded).*");
            String[] lines = run.output().split("\n");
            assertThat(Long.parseLong(lines[0])).isBetween(6L << 20, 8L << 20);
            assertThat(lines[1].split("\\s+")[1]).isEqualTo("8");
            // It is as full at its next start, and another one is not.
            assertThat(Long.parseLong(said("estiba start -a full 2>/dev/null").split("\n")[0]))
                    .isBetween(6L << 20, 8L << 20);
            assertThat(said(words + " --rm" + FILL.replace("count=20", "count=4"))
                            .split("\n")[0])
                    .isEqualTo(Long.toString(4L << 20));
            // What has gone counts no more.
            said("estiba cp full:/etc/passwd - >/dev/null; estiba rm full");
        }
        assertThat(said(words + " --rm" + FILL.replace("count=20", "count=4")).split("\n")[0])
                .isEqualTo(Long.toString(4L << 20));
        assertThat(on("estiba run --rm --network none --storage-opt size=large" + FILL)
                        .error())
                .contains("invalid size: 'large'");
        assertThat(on("estiba run --rm --network none --storage-opt size=8m --snapshotter native" + FILL)
                        .error())
                .contains("makes no sense with --snapshotter native");
    }

    @Test
    void aVolumeTakesSoMuchAndNoMore() throws Exception {
        said("estiba volume create -o size=4m small");
        Guest.Result run = on("estiba run --rm --network none -v small:/v" + FILL.replace("/big", "/v/big"));
        assertThat(run.error()).matches("(?s).*(No space left on device|Disk quota exceeded|Quota exceeded).*");
        assertThat(Long.parseLong(run.output().split("\n")[0])).isBetween(3L << 20, 4L << 20);
        said("estiba volume rm small");
    }

    @Test
    void whereThereAreNoQuotasNobodyPromisesOne() throws Exception {
        assertThat(guest.run("estiba run --rm --network none --storage-opt size=8m" + FILL)
                        .error())
                .contains(REFUSED);
        assertThat(guest.run("estiba volume create -o size=4m small").error())
                .contains("create small: quota size requested but no quota support");
    }
}
