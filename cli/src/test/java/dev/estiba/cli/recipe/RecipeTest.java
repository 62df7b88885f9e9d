package dev.estiba.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Layout;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.PortBinding;
import dev.estiba.api.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeTest {
    private static final ContainerConfig IMAGE = ContainerConfig.builder()
            .env(List.of("PATH=/bin"))
            .cmd(List.of("sh"))
            .labels(Map.of("of", "image"))
            .workingDir("/app")
            .build();

    private static Recipe recipe() {
        ContainerConfig config = IMAGE.toBuilder()
                .hostname("abcdef012345")
                .image("web:1")
                .env(List.of("A=b c", "PATH=/bin"))
                .cmd(List.of("serve", "it's"))
                .labels(Map.of("of", "image", "own", "l"))
                .build();
        HostConfig host = HostConfig.NOTHING.toBuilder()
                .networkMode("default")
                .binds(List.of("data:/data"))
                .portBindings(Map.of("80/tcp", List.of(new PortBinding("", "8080"))))
                .restartPolicy(new RestartPolicy("on-failure", 3))
                .build();
        ContainerInspect container = ContainerInspect.builder()
                .id("abcdef012345abcdef")
                .name("/web")
                .config(config)
                .hostConfig(host)
                .build();
        return new Recipe(container, IMAGE);
    }

    @Test
    void asACommandWithoutWhatTheImageSays() {
        assertThat(ShellWords.command("estiba run", RunWords.of(recipe()))).isEqualTo("""
                estiba run \\
                  --detach \\
                  --name=web \\
                  --restart=on-failure:3 \\
                  --label=own=l \\
                  '--env=A=b c' \\
                  --volume=data:/data \\
                  --publish=8080:80 \\
                  web:1 serve 'it'\\''s'""");
    }

    @Test
    void asAComposeFile() {
        assertThat(ComposeText.of(recipe())).isEqualTo("""
                services:
                  web:
                    image: "web:1"
                    container_name: "web"
                    command:
                      - "serve"
                      - "it's"
                    environment:
                      - "A=b c"
                    labels:
                      own: "l"
                    restart: "on-failure:3"
                    volumes:
                      - "data:/data"
                    ports:
                      - "8080:80"
                    network_mode: "bridge"
                volumes:
                  data:
                    external: true
                """);
    }

    @Test
    void changesReplaceWhatHasTheSameName() throws ApiException {
        CreateRequest wanted = new CreateRequest(
                ContainerConfig.builder()
                        .env(List.of("A=new", "B=2"))
                        .exposedPorts(Set.of("81/tcp"))
                        .build(),
                HostConfig.builder()
                        .binds(List.of("/srv:/data:ro"))
                        .portBindings(Map.of("81/tcp", List.of(new PortBinding("", "8081"))))
                        .build(),
                new NetworkingConfig(Map.of()));
        CreateRequest body = new Changes(wanted, "", Set.of("80/tcp")).of(recipe());
        assertThat(body.config().env()).containsExactly("A=new", "B=2");
        assertThat(body.config().image()).isEqualTo("web:1");
        assertThat(body.config().hostname()).isEmpty();
        assertThat(body.hostConfig().binds()).containsExactly("/srv:/data:ro");
        assertThat(body.hostConfig().portBindings()).containsOnlyKeys("81/tcp");
        assertThat(Body.CREATE_REQUEST.read(Body.CREATE_REQUEST.write(body, Layout.COMPACT)))
                .isEqualTo(body);
    }
}
