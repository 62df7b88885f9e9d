package dev.estiba.engine.settings;

import java.util.List;
import java.util.Map;

/**
 * What an engine is told by whoever runs it.
 *
 * @param containers what a container has that its request says nothing of
 * @param networks the same of networks
 * @param labels that tell this engine from others: {@code KEY=VALUE}, shown by info
 * @param isDebugged shown by info
 * @param seccompProfile what info calls the profile of containers
 * @param proxies to registries, as variables of an environment; shown by info
 */
public record EngineSettings(
        ContainerDefaults containers,
        NetworkDefaults networks,
        List<String> labels,
        boolean isDebugged,
        String seccompProfile,
        Map<String, String> proxies) {
    /** Of whom nobody has told anything. */
    public static final EngineSettings USUAL =
            new EngineSettings(ContainerDefaults.USUAL, NetworkDefaults.USUAL, List.of(), false, "builtin", Map.of());

    public EngineSettings {
        labels = List.copyOf(labels);
        proxies = Map.copyOf(proxies);
    }

    /** These, where a daemon that goes on is told the others: of what has been made by now nothing changes. */
    public EngineSettings reloaded(EngineSettings next) {
        return new EngineSettings(
                containers.reloaded(next.containers()),
                networks,
                next.labels(),
                next.isDebugged(),
                seccompProfile,
                proxies);
    }

    /** These, where {@code --security} says that of containers. */
    public EngineSettings withSecurity(String word) {
        return new EngineSettings(containers.withSecurity(word), networks, labels, isDebugged, seccompProfile, proxies);
    }

    public EngineSettings withProxies(Map<String, String> all) {
        return new EngineSettings(containers, networks, labels, isDebugged, seccompProfile, all);
    }
}
