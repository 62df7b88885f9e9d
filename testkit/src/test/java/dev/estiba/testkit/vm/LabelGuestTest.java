package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other kernels have and this machine's has not: AppArmor; and time namespaces where exec(2) does not enter them. */
@GuestTest
class LabelGuestTest {
    private static final String PROFILE = """
            profile estiba-test flags=(attach_disconnected) {
              file,
              capability,
              signal,
              deny /etc/passwd r,
            }
            """;

    private final Guest guest;

    @TempDir
    private Path directory = Path.of("/");

    private GuestOci oci;

    LabelGuestTest(GuestKernel kernel, Guests guests) throws IOException {
        this.guest = guests.of(kernel);
        this.oci = new GuestOci(guest, directory);
    }

    @BeforeEach
    void open() throws IOException {
        oci = new GuestOci(guest, directory);
        guest.run("apparmor_parser --replace --skip-cache <<'END'\n" + PROFILE + "END\n")
                .succeeds();
    }

    @AfterEach
    void close() throws IOException {
        oci.close();
    }

    @Test
    void aProfileHoldsFromTheFirstInstructionOn() throws Exception {
        Bundle bundle = oci.bundle().edit(config -> config.put("process.apparmorProfile", "estiba-test"));
        Answers answers = oci.ask(bundle, "label", "--", "open", "/etc/passwd", "--", "open", "/etc/group");
        assertThat(answers.of("label").text("current")).isEqualTo("estiba-test (enforce)");
        assertThat(answers.errno("open")).isEqualTo("EACCES");
    }

    @Test
    void anExecHasTheContainersProfileOrItsOwn() throws Exception {
        Bundle bundle = oci.bundle()
                .edit(config -> config.put("process.apparmorProfile", "estiba-test"))
                .probe("sleep", "1000");
        String id = oci.start(bundle);
        assertThat(Answers.parse(oci.oci("exec", id, Bundle.PROBE, "label")
                                .succeeds()
                                .output())
                        .of("label")
                        .text("current"))
                .isEqualTo("estiba-test (enforce)");
        assertThat(Answers.parse(oci.oci("exec", "--apparmor", "unconfined", id, Bundle.PROBE, "label")
                                .succeeds()
                                .output())
                        .of("label")
                        .text("current"))
                .isEqualTo("unconfined");
    }

    @Test
    void aProfileThatIsNotLoadedIsNamed() throws Exception {
        Bundle bundle = oci.bundle().edit(config -> config.put("process.apparmorProfile", "nobodys"));
        Guest.Result result = oci.run(bundle);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.error())
                .contains("error during container init: apparmor failed to apply profile nobodys: no such file or"
                        + " directory");
    }

    /** Before Linux 6.3 an exec left a process in its old one. */
    @Test
    void aTimeNamespaceIsEnteredOnEveryKernel() throws Exception {
        Bundle bundle = oci.bundle().edit(config -> {
            config.add("linux.namespaces", Map.of("type", "time"));
            config.put("linux.timeOffsets", Map.of("boottime", Map.of("secs", 1_000_000)));
        });
        assertThat(oci.ask(bundle, "clock").of("clock").number("boottime")).isGreaterThan(1_000_000);
        Bundle sleeping = oci.bundle()
                .edit(config -> {
                    config.add("linux.namespaces", Map.of("type", "time"));
                    config.put("linux.timeOffsets", Map.of("boottime", Map.of("secs", 1_000_000)));
                })
                .probe("sleep", "1000");
        String id = oci.start(sleeping);
        List<String> words = List.of("exec", id, Bundle.PROBE, "clock");
        assertThat(Answers.parse(
                                oci.oci(words.toArray(String[]::new)).succeeds().output())
                        .of("clock")
                        .number("boottime"))
                .isGreaterThan(1_000_000);
    }
}
