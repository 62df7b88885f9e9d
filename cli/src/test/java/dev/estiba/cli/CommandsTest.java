package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.Port;
import dev.estiba.api.SummaryNetworks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The commands beside {@code run}, against an engine that starts nothing. */
class CommandsTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @BeforeEach
    void twoContainers() {
        engine.containers.put("a", container("a", true));
        engine.containers.put("b", container("b", false));
        engine.summaries = List.of(ContainerSummary.builder()
                .id("0123456789abcdef")
                .names(List.of("/web", "/other/alias"))
                .image("hello")
                .command("a rather long command line")
                .created(Instant.now().getEpochSecond() - 7300)
                .ports(List.of(new Port("0.0.0.0", 80, 8080, "tcp"), new Port("", 53, 0, "udp")))
                .labels(Map.of("k", "v"))
                .state("running")
                .status("Up 2 hours")
                .networkSettings(new SummaryNetworks(Map.of("none", EndpointSettings.NOTHING)))
                .build());
    }

    private static ContainerInspect container(String id, boolean isRunning) {
        return ContainerInspect.builder()
                .id(id)
                .name("/" + id)
                .state(ContainerState.builder()
                        .running(isRunning)
                        .status(isRunning ? "running" : "exited")
                        .build())
                .config(ContainerConfig.builder()
                        .env(List.of("A=b"))
                        .labels(Map.of("x.y", "z"))
                        .build())
                .build();
    }

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop a b|stop a  OptionalInt.empty",
                "stop -t 5 -s INT a|stop a INT OptionalInt[5]",
                "stop --time -1 a|stop a  OptionalInt[-1]",
                "restart a|restart a",
                "kill -s HUP a|kill a HUP",
                "kill a|'kill a '",
                "rm -f a|remove a by force",
                "container rm /a|'remove a '",
                "pause a|pause a",
                "unpause a|unpause a",
                "start a|'start a '",
                "rename a c|rename a c",
                "top a -eo pid|top a [-eo, pid]",
                "container ls -n 3|list ListOptions[all=true, limit=3, size=false, filters={}]",
                "ps -a -f name=x -f name=y|list ListOptions[all=true, limit=0, size=false, filters={name=[x, y]}]",
                "ps -l|list ListOptions[all=true, limit=1, size=false, filters={}]",
                "ps|list ListOptions[all=false, limit=0, size=false, filters={}]",
            })
    void theEngineIsAsked(String line, String call) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(engine.calls).contains(call);
    }

    @Test
    void eachIsTriedAndTheFailuresComeLast() {
        assertThat(run("rm", "a", "nope", "b")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("a\nb\n");
        assertThat(caller.complained()).isEqualTo("estiba: No such container: nope\n");
    }

    @Test
    void waitPrintsHowTheyEnded() {
        engine.status = 3;
        assertThat(run("wait", "a", "b")).isZero();
        assertThat(caller.printed()).isEqualTo("3\n3\n");
    }

    @Test
    void psHasDockersColumns() {
        run("ps");
        assertThat(caller.printed()).isEqualTo("""
                CONTAINER ID   IMAGE     COMMAND                  CREATED       STATUS       PORTS                          NAMES
                0123456789ab   hello     "a rather long comma…"   2 hours ago   Up 2 hours   53/udp, 0.0.0.0:8080->80/tcp   web
                """);
    }

    @Test
    void psFitsATerminal() {
        caller = new FakeCaller("ps");
        caller.terminals = Set.of(1);
        caller.size = Optional.of(new WindowSize(24, 100));
        new EstibaProgram(engine).run(caller);
        assertThat(caller.printed().lines()).allMatch(line -> line.length() <= 100);
        assertThat(caller.printed()).contains("0123456789ab", "web", "…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-q|0123456789ab",
                "-q --no-trunc|0123456789abcdef",
                "--format {{.Names}}:{{.State}}|web:running",
                "--format {{.Networks}}\\t{{upper~.Image}}|none\tHELLO",
                "--format {{json~.Ports}}|\"53/udp, 0.0.0.0:8080->80/tcp\"",
                "--no-trunc --format {{.Names}}|web,other/alias",
            })
    void psPrintsWhatIsAskedFor(String flags, String printed) {
        run(("ps " + flags).replace('~', ' ').split(" (?!\\.)"));
        assertThat(caller.printed()).isEqualTo(printed + "\n");
    }

    @Test
    void psPrintsTablesAndJson() {
        run("ps", "--format", "table {{.ID}}\t{{.Names}}");
        assertThat(caller.printed()).isEqualTo("CONTAINER ID   NAMES\n0123456789ab   web\n");
        run("ps", "--format", "json");
        assertThat(caller.printed())
                .startsWith("{\"Command\":")
                .contains("\"Labels\":\"k=v\"")
                .endsWith("}\n");
    }

    @Test
    void inspectPrintsAnArrayOfThoseThatThereAre() {
        assertThat(run("inspect", "a", "nope")).isEqualTo(1);
        assertThat(caller.printed())
                .startsWith("[\n    {\n        \"Id\": \"a\",\n")
                .endsWith("    }\n]\n");
        assertThat(caller.complained()).isEqualTo("Error: No such object: nope\n");
        assertThat(run("inspect", "nope")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("[]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{.State.Status}}|running",
                "{{json .Config.Env}}|[\"A=b\"]",
                "{{index .Config.Labels \"x.y\"}}|z",
                "{{range .Config.Env}}<{{.}}>{{end}}|<A=b>",
            })
    void inspectFillsInATemplate(String format, String printed) {
        assertThat(run("inspect", "-f", format, "a")).isZero();
        assertThat(caller.printed()).isEqualTo(printed + "\n");
    }

    @Test
    void aWrongTemplateIsSaid() {
        assertThat(run("inspect", "-f", "{{.Nope}}", "a")).isEqualTo(1);
        assertThat(caller.complained())
                .isEqualTo("estiba: template parsing error: template: :1:2: executing \"\" at <.Nope>: map has no"
                        + " entry for key \"Nope\"\n");
        assertThat(run("inspect", "-f", "{{", "a")).isEqualTo(64);
        assertThat(run("ps", "--format", "{{")).isEqualTo(1);
        assertThat(caller.complained()).contains("unclosed action");
    }

    @Test
    void logsGoWhereTheyCameFrom() {
        assertThat(run("logs", "-n", "5", "--since", "2026-01-01T00:00:00Z", "-t", "a"))
                .isZero();
        assertThat(caller.printed()).isEqualTo("out\n");
        assertThat(caller.complained()).isEqualTo("err\n");
        assertThat(engine.calls.getFirst())
                .contains(
                        "timestamps=true",
                        "follow=false",
                        "since=Optional[2026-01-01T00:00:00Z]",
                        "tail=OptionalLong[5]");
        assertThat(run("logs", "--since", "soon", "a")).isEqualTo(1);
        assertThat(caller.complained()).contains("invalid value for a time: soon");
    }

    @Test
    void execRunsAProcessAndHasItsStatus() {
        engine.status = 4;
        engine.streams.writes(OutputStreamName.STDOUT, "x\n");
        engine.streams.ends();
        assertThat(run("exec", "-e", "A=b", "-w", "/w", "-u", "1", "a", "ls", "-l"))
                .isEqualTo(4);
        assertThat(caller.printed()).isEqualTo("x\n");
        assertThat(engine.execs.getFirst().cmd()).containsExactly("ls", "-l");
        assertThat(engine.execs.getFirst().env()).containsExactly("A=b");
        assertThat(engine.execs.getFirst().attachStdin()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"executable file not found in $PATH, 127", "permission denied, 126", "container is paused, 1"})
    void anExecThatFailsSaysWhy(String message, int status) {
        engine.startFails = Optional.of(ApiException.conflict(message));
        assertThat(run("exec", "a", "x")).isEqualTo(status);
        assertThat(caller.complained()).isEqualTo("estiba: " + message + "\n");
    }

    @Test
    void aDetachedExecIsLeftAlone() {
        assertThat(run("exec", "-d", "a", "x")).isZero();
        assertThat(engine.calls).containsExactly("start exec detached");
        assertThat(engine.execs.getFirst().attachStdout()).isFalse();
    }

    @Test
    void attachRefusesWhatDoesNotRun() {
        assertThat(run("attach", "b")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: cannot attach to a stopped container, start it first\n");
        engine.streams.ends();
        engine.status = 5;
        assertThat(run("attach", "a")).isEqualTo(5);
    }

    @Test
    void startWithAttachStaysWithIt() {
        engine.streams.writes(OutputStreamName.STDOUT, "x");
        engine.streams.ends();
        engine.status = 6;
        assertThat(run("start", "-a", "b")).isEqualTo(6);
        assertThat(caller.printed()).isEqualTo("x");
        assertThat(run("start", "-a", "a", "b")).isEqualTo(1);
    }

    @Test
    void versionHasATableAndJson() {
        assertThat(run("version")).isZero();
        assertThat(caller.printed()).startsWith("Estiba\n").contains("Version:", "0.1.0");
        run("--version");
        assertThat(caller.printed()).contains("0.1.0");
        run("version", "-f", "{{.ApiVersion}}");
        assertThat(caller.printed()).isEqualTo("1.51\n");
    }

    @ParameterizedTest
    @EnumSource
    void helpFits(CommandName name) {
        assertThat(run((name.word() + " --help").split(" "))).isZero();
        assertThat(caller.printed()).startsWith("Usage:  estiba " + name.word() + " ");
        assertThat(caller.printed().lines()).allMatch(line -> line.length() <= 80, "at most 80 columns");
        assertThat(caller.printed()).doesNotContain("\u001b");
        String once = caller.printed();
        run(("help " + name.word()).split(" "));
        assertThat(caller.printed()).isEqualTo(once);
    }

    @Test
    void helpNamesAllCommands() {
        assertThat(run()).isZero();
        for (CommandName name : CommandName.values()) {
            if (!name.isOnlyInGroup()) {
                assertThat(caller.printed()).contains("\n  " + name.word() + " ", name.summary());
            }
        }
        assertThat(caller.printed().lines()).allMatch(line -> line.length() <= 80);
        String overview = caller.printed();
        assertThat(run("container")).isZero();
        assertThat(caller.printed()).isEqualTo(overview);
        caller = new FakeCaller("help");
        caller.terminals = Set.of(1);
        new EstibaProgram(engine).run(caller);
        assertThat(caller.printed()).contains("\u001b[1mCommands:\u001b[0m");
    }

    @Test
    void completionKnowsCommandsFlagsAndContainers() {
        run("__complete", "r");
        assertThat(caller.printed().lines())
                .containsExactlyInAnyOrder("run", "rm", "restart", "rename", "recreate", "rmi", "registry");
        run("__complete", "run", "--na");
        assertThat(caller.printed()).isEqualTo("--name\n");
        run("__complete", "stop", "w");
        assertThat(caller.printed()).isEqualTo("web\n");
        run("__complete", "context", "use", "d");
        assertThat(caller.printed()).isEqualTo("default\n");
        run("__complete", "--context", "d");
        assertThat(caller.printed()).isEqualTo("default\n");
        run("completion", "bash");
        assertThat(caller.printed()).contains("estiba __complete");
        assertThat(run("completion", "tcsh")).isEqualTo(1);
    }

    @Test
    void aManualPageNamesEveryFlag() {
        String page = ManPages.page(CommandName.RUN);
        assertThat(page).startsWith(".TH ESTIBA\\-RUN 1\n").contains("\\fB\\-e\\fR, \\fB\\-\\-env\\fR \\fIlist\\fR\n");
        assertThat(page).contains("\\-\\-memory\\-swap").doesNotContain("\\-\\-net\\fR");
        assertThat(ManPages.overview()).contains("\\fBestiba\\-run\\fR(1)");
    }
}
