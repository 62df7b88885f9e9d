package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.engine.network.DefaultBridge;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.engine.spec.HostFacts;
import dev.estiba.engine.spec.SpecBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What this engine was told, which may change while it works. Safe for all threads. */
final class Configuration {
    private volatile EngineSettings settings = EngineSettings.USUAL;

    EngineSettings settings() {
        return settings;
    }

    void replace(EngineSettings wanted) {
        settings = wanted;
    }

    /** A request with what it leaves open. */
    CreateRequest completed(CreateRequest request) {
        return settings.containers().completed(request);
    }

    /**
     * Makes a container of nothing but these settings, on paper: what no container could have is refused before the engine works by it.
     *
     * @throws ApiException in the words that a request is refused in
     */
    static void check(EngineSettings settings) throws IOException {
        CreateRequest nothing = new CreateRequest(
                ContainerConfig.builder().image("any").cmd(List.of("any")).build(),
                HostConfig.NOTHING,
                new NetworkingConfig(Map.of()));
        CreateRequest completed = settings.containers().completed(nothing);
        LogOptions.check(completed.hostConfig().logConfig());
        SpecBuilder.of("0".repeat(64), completed, HostFacts.read()).refuseOnHost();
        DefaultBridge.check(settings.networks());
    }
}
