package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HealthConfig;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MergeTest {
    private static final ImageConfig BASE = new ImageConfig(
            List.of("PATH=/bin", "A=1", "B=2"),
            List.of("/entry"),
            List.of("default"),
            "/deck",
            "sailor",
            "SIGINT",
            Map.of("from", "image", "both", "image"),
            Set.of("80/tcp"),
            Set.of("/hold"),
            Optional.of(new HealthConfig(List.of("CMD", "true"), 1, 2, 0, 0, 3)));

    private static ContainerConfig merged(ImageConfig base, UnaryOperator<ContainerConfig.Builder> own)
            throws ApiException {
        return Merge.of(
                        Requests.of(own, host -> host),
                        new Image("id", "name", List.of("/lower"), base, Optional.empty()))
                .config();
    }

    @Test
    void whereARequestSaysNothingTheImageDoes() throws ApiException {
        ContainerConfig config = merged(BASE, own -> own);
        assertThat(Merge.command(config)).containsExactly("/entry", "default");
        assertThat(config.env()).containsExactly("PATH=/bin", "A=1", "B=2");
        assertThat(config.workingDir()).isEqualTo("/deck");
        assertThat(config.user()).isEqualTo("sailor");
        assertThat(config.stopSignal()).isEqualTo("SIGINT");
    }

    @Test
    void portsAndVolumesAreThoseOfBoth() throws ApiException {
        ContainerConfig config =
                merged(BASE, own -> own.exposedPorts(Set.of("53/udp")).volumes(Set.of("/own", "/hold")));
        assertThat(config.exposedPorts()).containsExactlyInAnyOrder("53/udp", "80/tcp");
        assertThat(config.volumes()).containsExactlyInAnyOrder("/own", "/hold");
    }

    @Test
    void theImagesHealthCheckIsKeptForWhoeverRunsItLater() throws ApiException {
        assertThat(merged(BASE, own -> own).healthcheck()).isEqualTo(BASE.healthcheck());
        HealthConfig none = new HealthConfig(List.of("NONE"), 0, 0, 0, 0, 0);
        assertThat(merged(BASE, own -> own.healthcheck(none)).healthcheck().map(HealthConfig::test))
                .contains(none.test());
    }

    @Test
    void labelsOfBothAreThere() throws ApiException {
        ContainerConfig config = merged(BASE, own -> own.labels(Map.of("both", "own", "of", "own")));
        assertThat(config.labels()).isEqualTo(Map.of("from", "image", "both", "own", "of", "own"));
    }

    @Test
    void whatARequestSaysHolds() throws ApiException {
        ContainerConfig config =
                merged(BASE, own -> own.workingDir("/").user("0").stopSignal("SIGTERM"));
        assertThat(config.workingDir()).isEqualTo("/");
        assertThat(config.user()).isEqualTo("0");
        assertThat(config.stopSignal()).isEqualTo("SIGTERM");
    }

    @Test
    void aCommandReplacesTheImagesCommandAlone() throws ApiException {
        assertThat(Merge.command(merged(BASE, own -> own.cmd(List.of("a", "b")))))
                .containsExactly("/entry", "a", "b");
    }

    /** Docker: the image's command was written for its own entry point. */
    @Test
    void anEntryPointReplacesTheImagesCommandAsWell() throws ApiException {
        assertThat(Merge.command(merged(BASE, own -> own.entrypoint(List.of("/own")))))
                .containsExactly("/own");
        assertThat(Merge.command(merged(BASE, own -> own.entrypoint(List.of("")).cmd(List.of("sh")))))
                .containsExactly("sh");
    }

    @Test
    void noCommandAtAllIsRefused() {
        Requests.refused(() -> merged(ImageConfig.NOTHING, own -> own), 400, "no command specified");
        Requests.refused(() -> merged(BASE, own -> own.entrypoint(List.of(""))), 400, "no command specified");
    }

    @Test
    void ownVariablesComeFirstAndCanTakeTheImagesAway() throws ApiException {
        assertThat(merged(BASE, own -> own.env(List.of("A=x=y", "C=", "B", "NONE")))
                        .env())
                .containsExactly("A=x=y", "C=", "PATH=/bin");
    }
}
