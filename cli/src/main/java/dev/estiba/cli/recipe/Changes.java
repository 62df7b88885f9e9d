package dev.estiba.cli.recipe;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.MountPoint;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.PortBinding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body that makes a container once more, with other ports, variables and files.
 *
 * @param wanted what is said anew: what it has counts more than what the container has of the same name
 * @param image in place of the container's; empty: that one
 * @param removed variables, ports of the container ({@code 80/tcp}) and places of volumes that are to be no more
 */
public record Changes(CreateRequest wanted, String image, Set<String> removed) {
    public Changes {
        removed = Set.copyOf(removed);
    }

    public CreateRequest of(Recipe recipe) {
        HostConfig host = host(recipe);
        Set<String> exposed = new LinkedHashSet<>(recipe.config().exposedPorts());
        exposed.addAll(wanted.config().exposedPorts());
        exposed.removeAll(removed);
        Map<String, String> labels = new LinkedHashMap<>(recipe.labels());
        labels.putAll(wanted.config().labels());
        // What the image says it says again: it may be another one now.
        ContainerConfig config = recipe.config().toBuilder()
                .hostname(recipe.hostname())
                .image(image.isEmpty() ? recipe.config().image() : image)
                .env(environment(recipe))
                .labels(labels)
                .exposedPorts(exposed)
                .entrypoint(recipe.entrypoint())
                .cmd(recipe.cmd())
                .user(recipe.user())
                .workingDir(recipe.workingDir())
                .build();
        return new CreateRequest(config, host, networks(recipe.container()));
    }

    private List<String> environment(Recipe recipe) {
        Map<String, String> variables = new LinkedHashMap<>();
        recipe.env().forEach(each -> variables.put(name(each), each));
        wanted.config().env().forEach(each -> variables.put(name(each), each));
        variables.keySet().removeAll(removed);
        return List.copyOf(variables.values());
    }

    private static String name(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    private HostConfig host(Recipe recipe) {
        Map<String, List<PortBinding>> ports = new LinkedHashMap<>(recipe.host().portBindings());
        ports.putAll(wanted.hostConfig().portBindings());
        ports.keySet().removeAll(removed);
        return recipe.host().toBuilder()
                .portBindings(ports)
                .binds(binds(recipe))
                .containerIdFile("")
                .build();
    }

    /** A volume without a name is the new container's as well: what is in it is the container's data. */
    private List<String> binds(Recipe recipe) {
        Map<String, String> binds = new LinkedHashMap<>();
        recipe.host().binds().forEach(bind -> binds.put(target(bind), bind));
        Set<String> mounted = new HashSet<>();
        recipe.host().mounts().forEach(mount -> mounted.add(mount.target()));
        for (MountPoint mount : recipe.container().mounts()) {
            boolean isOwn = mount.type().equals("volume")
                    && !mount.name().isEmpty()
                    && !mounted.contains(mount.destination())
                    && recipe.host().volumesFrom().isEmpty();
            if (isOwn) {
                binds.putIfAbsent(mount.destination(), mount.name() + ":" + mount.destination());
            }
        }
        wanted.hostConfig().binds().forEach(bind -> binds.put(target(bind), bind));
        binds.keySet().removeAll(removed);
        return new ArrayList<>(binds.values());
    }

    /** {@code source:target:options}. */
    private static String target(String bind) {
        String[] parts = bind.split(":");
        return parts.length > 1 ? parts[1] : bind;
    }

    /** What was asked for of each network, and not what came of it. */
    private static NetworkingConfig networks(ContainerInspect container) {
        Map<String, EndpointSettings> networks = new LinkedHashMap<>();
        boolean isOthers = container.hostConfig().networkMode().startsWith("container:");
        container.networkSettings().networks().forEach((name, endpoint) -> {
            EndpointSettings.Builder asked = EndpointSettings.builder()
                    .links(endpoint.links())
                    .driverOpts(endpoint.driverOpts())
                    .gwPriority(endpoint.gwPriority())
                    .aliases(endpoint.aliases().stream()
                            .filter(alias -> !container.id().startsWith(alias))
                            .toList());
            endpoint.ipamConfig().ifPresent(asked::ipamConfig);
            networks.put(name, asked.build());
        });
        return new NetworkingConfig(isOthers ? Map.of() : networks);
    }
}
