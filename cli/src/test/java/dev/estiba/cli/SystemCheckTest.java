package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.HostFinding;
import dev.estiba.api.ImagesChecked;
import dev.estiba.api.ImagesChecked.Finding;
import dev.estiba.api.ImagesChecked.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code system check}, against an engine that has nothing stored. */
class SystemCheckTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void whatIsWholeIsWell() {
        engine.checked = new ImagesChecked(List.of(), 1, 4, 2);
        assertThat(run("system", "check")).isZero();
        assertThat(caller.printed()).isEqualTo("Checked 1 image, 4 blobs, 2 layers: all is well\n");
        assertThat(engine.calls).containsExactly("check look");
    }

    @Test
    void whatIsFoundIsSaidWithTheCommandThatMendsIt() {
        engine.checked = new ImagesChecked(List.of(new Finding("Rest", "it was left", State.FOUND, "")), 2, 1, 0);
        assertThat(run("system", "check")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("""
                it was left
                Checked 2 images, 1 blob, 0 layers: 1 finding; 'estiba system check --repair' mends what can be mended
                """);
    }

    @Test
    void whatIsMendedAndWhatIsNotIsSaid() {
        List<Finding> findings = List.of(
                new Finding("DamagedBlob", "blob a is damaged", State.REPAIRED, "it was brought again"),
                new Finding("DamagedBlob", "blob b is damaged", State.LEFT, "connection refused"));
        engine.checked = new ImagesChecked(findings, 1, 2, 1);
        assertThat(run("system", "check", "--repair")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("""
                blob a is damaged
                  repaired: it was brought again
                blob b is damaged
                  not repaired: connection refused
                Checked 1 image, 2 blobs, 1 layer: 1 finding left
                """);
        assertThat(engine.calls).containsExactly("check repair");
        engine.checked = new ImagesChecked(findings.subList(0, 1), 1, 2, 1);
        assertThat(run("system", "check", "--repair")).isZero();
    }

    @Test
    void programsGetJson() {
        List<Finding> findings = List.of(new Finding("DamagedBlob", "a \"b\"", State.LEFT, "c"));
        engine.checked = new ImagesChecked(findings, 1, 2, 3);
        assertThat(run("system", "check", "--format", "json")).isEqualTo(1);
        assertThat(caller.printed())
                .isEqualTo(
                        "{\"Clean\":false,\"Images\":1,\"Blobs\":2,\"Layers\":3,\"Findings\":[{\"Kind\":\"DamagedBlob\","
                                + "\"Problem\":\"a \\\"b\\\"\",\"State\":\"left\",\"Remark\":\"c\"}],\"Host\":[]}\n");
        assertThat(run("system", "check", "--format", "yaml")).isEqualTo(1);
    }

    @Test
    void whatTheHostLacksIsSaidFirstAndOnlyWhatIsGraveIsAFailure() {
        engine.checked = new ImagesChecked(List.of(), 1, 4, 2);
        engine.host = List.of(new HostFinding("NoOverlay", false, "no overlay", "modprobe overlay"));
        assertThat(run("system", "check")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                note: no overlay
                  modprobe overlay
                Checked 1 image, 4 blobs, 2 layers: all is well
                """);
        engine.host = List.of(new HostFinding("DiskFull", true, "no room", "make some"));
        assertThat(run("system", "check")).isEqualTo(1);
        assertThat(caller.printed()).startsWith("no room\n  make some\n");
        assertThat(run("system", "check", "--format", "json")).isEqualTo(1);
        assertThat(caller.printed())
                .contains(
                        "\"Host\":[{\"Kind\":\"DiskFull\",\"Grave\":true,\"Problem\":\"no room\",\"Advice\":\"make some\"}]");
    }

    @Test
    void theGroupHasItsHelp() {
        assertThat(run("system")).isZero();
        assertThat(caller.printed())
                .startsWith("Usage:  estiba system COMMAND\n")
                .contains("  check ");
        assertThat(run("system", "chek")).isEqualTo(1);
        assertThat(run("__complete", "system", "")).isZero();
        assertThat(caller.printed()).isEqualTo("events\ninfo\ndial-stdio\ncheck\nprune\ndf\n");
    }
}
