package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one does to a container from its creation to its removal. */
@GuestTest
class LifeGuestTest {
    private final Guest guest;

    @TempDir
    private Path directory = Path.of("/");

    private GuestOci oci;

    LifeGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
        this.oci = new GuestOci(guest, directory);
    }

    @BeforeEach
    void open() {
        oci = new GuestOci(guest, directory);
    }

    @AfterEach
    void close() throws IOException {
        oci.close();
    }

    @Test
    void aContainerIsCreatedStartedKilledAndDeleted() throws Exception {
        String id = oci.create(oci.bundle().probe("sleep", "1000"));
        JsonObject state = oci.state(id);
        assertThat(state.text("ociVersion")).startsWith("1.");
        assertThat(state.text("id")).isEqualTo(id);
        assertThat(state.text("status")).isEqualTo("created");
        assertThat(state.text("bundle")).isEqualTo(GuestOci.place(id));
        assertThat(guest.call("test", "-d", "/proc/" + state.number("pid")).status())
                .isZero();
        oci.oci("start", id).succeeds();
        assertThat(oci.state(id).text("status")).isEqualTo("running");
        oci.oci("kill", id, "KILL").succeeds();
        oci.becomes(id, "stopped");
        oci.oci("delete", id).succeeds();
        Guest.Result gone = oci.oci("state", id);
        assertThat(gone.error()).contains("container does not exist");
        assertThat(gone.status()).isEqualTo(1);
    }

    @Test
    void itsFirstProcessGetsTheSignalsThatItAwaits() throws Exception {
        String id = oci.start(oci.bundle().probe("sleep-until-signal", "60"));
        guest.run("for round in $(seq 100); do [ -s " + GuestOci.place(id)
                        + "/output ] && exit; sleep 0.1; done; exit 1")
                .succeeds();
        oci.oci("kill", id, "USR1").succeeds();
        oci.becomes(id, "stopped");
        assertThat(oci.output(id)).contains("\"signal\":\"SIGUSR1\"");
    }

    @Test
    void anExecRunsInItsNamespacesAndGroups() throws Exception {
        String id = oci.start(oci.bundle().probe("sleep", "1000"));
        Answers answers = Answers.parse(oci.oci(
                        "exec",
                        "--user",
                        "1000:5",
                        "--env",
                        "C=3",
                        "--cwd",
                        "/home",
                        id,
                        "/bin/probe",
                        "ids",
                        "--",
                        "env",
                        "--",
                        "cwd",
                        "--",
                        "uname",
                        "--",
                        "cgroup",
                        "--",
                        "caps",
                        "--",
                        "seccomp")
                .succeeds()
                .output());
        assertThat(answers.of("ids").number("uid")).isEqualTo(1000);
        assertThat(answers.of("ids").number("gid")).isEqualTo(5);
        assertThat(answers.of("env").texts("env")).contains("C=3");
        assertThat(answers.of("cwd").text("path")).isEqualTo("/home");
        assertThat(answers.of("uname").text("hostname")).isEqualTo(id);
        assertThat(answers.of("cgroup").toString()).contains("/estiba-test/" + id);
        assertThat(answers.of("seccomp").text("mode")).isEqualTo("2");
        assertThat(oci.oci("exec", id, "/bin/probe", "exit", "9").status()).isEqualTo(9);
    }

    @Test
    void itIsPausedAndGoesOn() throws Exception {
        String id = oci.start(oci.bundle().args("/bin/sh", "-c", "while :; do echo tick; sleep 0.05; done"));
        oci.oci("pause", id).succeeds();
        assertThat(oci.state(id).text("status")).isEqualTo("paused");
        String before = oci.output(id);
        guest.call("sleep", "0.5").succeeds();
        assertThat(oci.output(id)).isEqualTo(before);
        oci.oci("resume", id).succeeds();
        assertThat(oci.state(id).text("status")).isEqualTo("running");
        guest.call("sleep", "1").succeeds();
        assertThat(oci.output(id)).hasSizeGreaterThan(before.length());
    }

    @Test
    void deleteByForceEndsAllOfItsProcesses() throws Exception {
        String id = oci.start(oci.bundle().args("/bin/sh", "-c", "/bin/probe sleep 1000 & exec /bin/probe sleep 1000"));
        assertThat(oci.oci("ps", "--format", "json", id).succeeds().output()).matches("(?s)\\[\\d+(,\\d+)*\\]\\s*");
        oci.oci("delete", "--force", id).succeeds();
        assertThat(oci.oci("list", "--quiet").succeeds().output()).isEmpty();
    }
}
