package dev.estiba.cli.foresight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.EngineApi;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.MountPoint;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.Resources;
import dev.estiba.api.SummaryNetworks;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeUsage;
import dev.estiba.cli.EstibaProgram;
import dev.estiba.cli.FakeCaller;
import dev.estiba.cli.FakeEngine;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --dry-run} and {@code --explain}, against an engine that starts nothing. */
class ForesightTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @BeforeEach
    void threeContainers() {
        engine.containers.put("up", container("up", "running"));
        engine.containers.put("down", container("down", "exited"));
        engine.containers.put("still", container("still", "paused"));
        engine.summaries = List.of(
                summary("up", "running", "busy", "net1"),
                summary("down", "exited", "spare", "net2").toBuilder()
                        .sizeRw(2000)
                        .build());
        engine.volumes.add(volume("busy", Map.of()));
        engine.volumes.add(volume("free", Map.of(ForeseenVolumes.ANONYMOUS, "")));
        engine.usage = new DiskUsage(0, 0, List.of(), List.of(), List.copyOf(engine.volumes));
        engine.networks.add(NetworkInspect.builder().name("net1").id("n1").build());
        engine.networks.add(NetworkInspect.builder().name("idle").id("n2").build());
    }

    private static Volume volume(String name, Map<String, String> labels) {
        return new Volume("", "local", labels, "", name, Map.of(), "local", Optional.of(new VolumeUsage(1500, 0)));
    }

    private static ContainerInspect container(String name, String state) {
        return ContainerInspect.builder()
                .id("id-of-" + name)
                .name("/" + name)
                .state(ContainerState.builder()
                        .running(!state.equals("exited"))
                        .paused(state.equals("paused"))
                        .status(state)
                        .build())
                .config(ContainerConfig.builder().image("img").build())
                .hostConfig(HostConfig.NOTHING.toBuilder()
                        .resources(Resources.builder().memory(64 << 20).build())
                        .build())
                .mounts(List.of(MountPoint.builder()
                        .type("volume")
                        .name("free")
                        .destination("/d")
                        .build()))
                .build();
    }

    private static ContainerSummary summary(String name, String state, String volume, String network) {
        return ContainerSummary.builder()
                .id("id-of-" + name)
                .names(List.of("/" + name))
                .state(state)
                .status("Exited (0) 2 hours ago")
                .mounts(List.of(MountPoint.builder().type("volume").name(volume).build()))
                .networkSettings(new SummaryNetworks(Map.of(network, EndpointSettings.NOTHING)))
                .build();
    }

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    /** An operation that nobody has thought of here would be refused; it is to be thought of. */
    @Test
    void everyOperationIsAQuestionOrForeseenOrRefusedByName() {
        List<Class<?>> foreseen = List.of(
                ForeseenMaking.class,
                ForeseenLives.class,
                ForeseenImages.class,
                ForeseenNetworks.class,
                ForeseenVolumes.class,
                ForeseenPruning.class);
        List<String> unknown = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        for (Method each : EngineApi.class.getMethods()) {
            names.add(each.getName());
            boolean isForeseen = foreseen.stream()
                    .anyMatch(type -> ForeseenEngine.own(type, each).isPresent());
            if (!isForeseen
                    && !ForeseenEngine.QUESTIONS.contains(each.getName())
                    && !ForeseenEngine.REFUSED.contains(each.getName())) {
                unknown.add(each.toString());
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(names).containsAll(ForeseenEngine.QUESTIONS).containsAll(ForeseenEngine.REFUSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start --dry-run down|2|~ container down: state exited -> running",
                "start --dry-run up|0|''",
                "stop --dry-run up|2|~ container up: state running -> exited",
                "stop --dry-run down|0|''",
                "kill --dry-run up|2|~ container up: state running -> exited",
                "kill --dry-run -s HUP up|2|~ container up: signal HUP",
                "pause --dry-run up|2|~ container up: state running -> paused",
                "unpause --dry-run still|2|~ container still: state paused -> running",
                "rename --dry-run up other|2|~ container up: name up -> other",
                "rm --dry-run down|2|- container down",
                "rm --dry-run -f up|2|- container up",
                "update --dry-run -m 128m up|2|~ container up: Memory 67108864 -> 134217728",
                "update --dry-run -m 64m up|0|''",
                "volume create --dry-run new|2|+ volume new",
                "volume create --dry-run busy|0|''",
                "volume rm --dry-run free|2|- volume free (1.5kB)",
                "network create --dry-run new|2|+ network new",
                "network rm --dry-run idle|2|- network idle",
                "network connect --dry-run idle up|2|~ container up: networks also idle",
                "commit --dry-run up new:1|2|+ image new:1",
                "network prune --dry-run|2|- network idle",
                "volume prune --dry-run|2|- volume free (1.5kB)",
                "container prune --dry-run|2|- container down (2kB)",
            })
    void theChangeIsPrintedAndNotMade(String line, int status, String first) {
        assertThat(run(line.split(" "))).isEqualTo(status);
        assertThat(caller.complained()).isEmpty();
        assertThat(caller.printed().lines().findFirst().orElse("")).isEqualTo(first);
        assertThat(engine.calls).noneMatch(ForesightTest::changes);
        assertThat(engine.volumes).hasSize(2);
        assertThat(engine.networks).hasSize(2);
        assertThat(engine.volumeBodies).isEmpty();
        assertThat(engine.networkBodies).isEmpty();
    }

    private static boolean changes(String call) {
        return !call.startsWith("list") && !call.startsWith("explain") && !call.startsWith("images");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rm --dry-run up|1|cannot remove container \"/up\": container is running: stop the container before removing or force remove",
                "rm --dry-run nope|1|No such container: nope",
                "start --dry-run still|1|cannot start a paused container, try unpause instead",
                "kill --dry-run down|1|cannot kill container: down: container id-of-down is not running",
                "pause --dry-run down|1|container id-of-down is not running",
                "unpause --dry-run up|1|container id-of-up is not paused",
                "rename --dry-run up down|1|Conflict. The container name \"/down\" is already in use",
                "rename --dry-run up a/b|1|Invalid container name (a/b)",
                "network create --dry-run net1|1|network with name net1 already exists",
                "network create --dry-run host|1|operation is not permitted on predefined host network",
                "volume rm --dry-run busy|1|remove busy: volume is in use - [id-of-up]",
                "network prune --dry-run --filter colour=red|1|invalid filter 'colour'",
                "update --dry-run up|1|you must provide one or more flags when using this command",
                "rm --dry-run|1|requires at least 1 argument",
                "rm --dry-run --format yaml down|125|invalid --format: must be text or json",
                "ps --dry-run|125|unknown flag: --dry-run",
            })
    void whatIsWrongIsRefusedAsItIsWithoutIt(String line, int status, String words) {
        assertThat(run(line.split(" "))).isEqualTo(status);
        assertThat(caller.complained()).contains(words);
        assertThat(engine.calls).noneMatch(ForesightTest::changes);
    }

    @Test
    void whatWorksIsPrintedBesideWhatDoesNot() {
        assertThat(run("rm", "--dry-run", "nope", "down")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("- container down\n");
        assertThat(caller.complained()).isEqualTo("estiba: No such container: nope\n");
    }

    @Test
    void anExplanationSaysWhatComesOfIt() {
        assertThat(run("stop", "--explain", "-t", "3", "up")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                        ~ container up: state running -> exited
                            its first process gets SIGTERM, and SIGKILL after 3 s, if it has not ended
                        """);
        assertThat(run("stop", "--explain", "down")).isZero();
        assertThat(caller.printed()).isEqualTo("Nothing would change.\n");
        assertThat(run("rm", "--explain", "-v", "down")).isZero();
        assertThat(caller.printed()).contains("- volume free");
    }

    @Test
    void programsReadJson() {
        assertThat(run("rename", "--dry-run", "--format", "json", "up", "other"))
                .isEqualTo(2);
        assertThat(caller.printed())
                .isEqualTo("{\"change\":\"change\",\"kind\":\"container\",\"name\":\"up\",\"setting\":\"name\","
                        + "\"before\":\"up\",\"after\":\"other\",\"notes\":[]}\n");
    }

    @Test
    void aRunIsMadeNeitherAndWaitedFor() {
        engine.images.put("img", image());
        assertThat(run("run", "--dry-run", "-it", "--rm", "--name", "new", "-v", "data:/d", "-v", "busy:/b", "img"))
                .isEqualTo(1);
        assertThat(caller.complained()).contains("the input device is not a TTY");
        assertThat(run("run", "--dry-run", "--rm", "--name", "new", "-v", "data:/d", "-v", "busy:/b", "img"))
                .isEqualTo(2);
        assertThat(caller.printed()).isEqualTo("""
                        + volume data
                        + container new
                        ~ container new: state created -> running
                        """);
        assertThat(run("create", "--dry-run", "img")).isEqualTo(2);
        assertThat(caller.printed()).isEqualTo("+ container\n");
        assertThat(run("run", "--dry-run", "--name", "up", "img")).isEqualTo(125);
        assertThat(caller.complained()).contains("is already in use");
        assertThat(engine.calls).noneMatch(ForesightTest::changes);
    }

    private static ImageInspect image() {
        return new ImageInspect(
                "sha256:" + "1".repeat(64),
                new ImageInspect.ContentDescriptor("application/vnd.oci.image.index.v1+json", "sha256:12", 10),
                List.of("img:latest", "img:2"),
                List.of(),
                "",
                "2026-01-01T00:00:00Z",
                "",
                ContainerConfig.NOTHING,
                "amd64",
                "",
                "linux",
                "",
                5000,
                new GraphDriver(Map.of(), "overlay2"),
                List.of("sha256:34"),
                "",
                List.of(),
                List.of());
    }

    @Test
    void namesOfImagesComeAndGo() {
        engine.images.put("img", image());
        engine.images.put("sha256:1111", image());
        assertThat(run("tag", "--dry-run", "img", "other")).isEqualTo(2);
        assertThat(caller.printed()).isEqualTo("+ name other:latest\n");
        assertThat(run("rmi", "--dry-run", "img")).isEqualTo(2);
        assertThat(caller.printed()).isEqualTo("- name img:latest\n");
        assertThat(run("rmi", "--dry-run", "sha256:1111")).isEqualTo(2);
        assertThat(caller.printed())
                .isEqualTo("- name img:latest\n- name img:2\n- image sha256:" + "1".repeat(64)
                        + " (5kB)\nAt most 5kB would be free again.\n");
        assertThat(run("rmi", "--dry-run", "nope")).isEqualTo(1);
        assertThat(engine.calls).noneMatch(ForesightTest::changes);
    }

    @Test
    void aSystemPruneSeesWhatItsEarlierStepsWouldHaveTaken() {
        engine.pruned = new ImagesPruned(List.of(), 0);
        assertThat(run("system", "prune", "--dry-run", "--volumes")).isEqualTo(2);
        assertThat(caller.printed()).isEqualTo("""
                        - container down (2kB)
                        - network idle
                        - volume free (1.5kB)
                        At most 3.5kB would be free again.
                        """);
    }
}
