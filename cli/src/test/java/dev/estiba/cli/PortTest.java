package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerInspect;
import dev.estiba.api.NetworkSettings;
import dev.estiba.api.PortBinding;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code port}. */
class PortTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void whereEachPortIsPublished() {
        engine.containers.put(
                "web",
                ContainerInspect.builder()
                        .id("web")
                        .networkSettings(NetworkSettings.builder()
                                .ports(Map.of(
                                        "80/tcp",
                                        List.of(new PortBinding("0.0.0.0", "8080"), new PortBinding("::", "8080")),
                                        "9/udp",
                                        List.of(new PortBinding("127.0.0.1", "9")),
                                        "443/tcp",
                                        List.of()))
                                .build())
                        .build());
        assertThat(run("port", "web")).isZero();
        assertThat(caller.printed()).isEqualTo("9/udp -> 127.0.0.1:9\n80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n");
        assertThat(run("port", "web", "80")).isZero();
        assertThat(caller.printed()).isEqualTo("0.0.0.0:8080\n[::]:8080\n");
        assertThat(run("port", "web", "443/tcp")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: no public port '443/tcp' published for web\n");
    }
}
