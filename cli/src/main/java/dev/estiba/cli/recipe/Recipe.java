package dev.estiba.cli.recipe;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.api.HostConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A container, and what its image says by itself, which need not be said again.
 *
 * @param image what of the container's configuration comes from the image
 */
public record Recipe(ContainerInspect container, ContainerConfig image) {
    /** Of an image that has gone meanwhile nothing is known, and all is said. */
    public static Recipe of(EngineApi engine, String name) throws ApiException {
        ContainerInspect container = engine.inspectContainer(name);
        try {
            return new Recipe(container, engine.inspectImage(container.image()).config());
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return new Recipe(container, ContainerConfig.NOTHING);
        }
    }

    ContainerConfig config() {
        return container.config();
    }

    HostConfig host() {
        return container.hostConfig();
    }

    /** Without its slash. */
    public String name() {
        return container.name().startsWith("/") ? container.name().substring(1) : container.name();
    }

    /** Empty when the engine has chosen it. */
    String hostname() {
        return container.id().startsWith(config().hostname()) ? "" : config().hostname();
    }

    List<String> env() {
        return config().env().stream()
                .filter(variable -> !image.env().contains(variable))
                .toList();
    }

    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        config().labels().forEach((name, value) -> {
            if (!value.equals(image.labels().get(name))) {
                labels.put(name, value);
            }
        });
        return labels;
    }

    List<String> entrypoint() {
        return config().entrypoint().equals(image.entrypoint()) ? List.of() : config().entrypoint();
    }

    /** Behind an entrypoint of its own nothing of the image's command counts. */
    List<String> cmd() {
        boolean isImages = config().cmd().equals(image.cmd()) && entrypoint().isEmpty();
        return isImages ? List.of() : config().cmd();
    }

    String user() {
        return config().user().equals(image.user()) ? "" : config().user();
    }

    String workingDir() {
        return config().workingDir().equals(image.workingDir()) ? "" : config().workingDir();
    }

    String stopSignal() {
        return config().stopSignal().equals(image.stopSignal()) ? "" : config().stopSignal();
    }

    /** Ports that it says by itself, and does not publish. */
    List<String> exposed() {
        return new TreeSet<>(config().exposedPorts())
                .stream()
                        .filter(port -> !image.exposedPorts().contains(port)
                                && !host().portBindings().containsKey(port))
                        .toList();
    }

    /** Places that have a volume without a name. */
    List<String> anonymousVolumes() {
        return new TreeSet<>(config().volumes())
                .stream().filter(place -> !image.volumes().contains(place)).toList();
    }

    /** Each as {@code --publish} takes it. */
    List<String> published() {
        return host().portBindings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(port -> port.getValue().stream()
                        .map(binding -> published(port.getKey(), binding.hostIp(), binding.hostPort())))
                .toList();
    }

    private static String published(String port, String address, String hostPort) {
        String inside = port.endsWith("/tcp") ? port.substring(0, port.length() - 4) : port;
        String ip = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        if (ip.isEmpty() || ip.equals("0.0.0.0")) {
            return hostPort.isEmpty() ? inside : hostPort + ":" + inside;
        }
        return ip + ":" + hostPort + ":" + inside;
    }

    /** Empty where the engine's own is meant. */
    String networkMode() {
        String mode = host().networkMode();
        return mode.equals("default") || mode.equals("bridge") ? "" : mode;
    }
}
