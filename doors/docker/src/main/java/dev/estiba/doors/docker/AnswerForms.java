package dev.estiba.doors.docker;

import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HealthSummary;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.JsonChanges;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.NetworkSettings;
import dev.estiba.api.SummaryHostConfig;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What answers have otherwise in other versions of the API than 1.51, which {@code dev.estiba.api} writes. Up to that version it is what
 * dockerd 28.5 was seen to answer with; newer ones are as the specification of the API has them.
 */
final class AnswerForms {
    private static final int SHORT_ID = 12;

    /** A container's configuration that says nothing, as old images have it beside their own. */
    private static final String NO_CONFIG =
            "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,"
                    + "\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":null,"
                    + "\"Cmd\":null,\"Image\":\"\",\"Volumes\":null,\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":null}";

    private static final String[] CONTAINER_ONLY = {
        "Config.Hostname",
        "Config.Domainname",
        "Config.AttachStdin",
        "Config.AttachStdout",
        "Config.AttachStderr",
        "Config.Tty",
        "Config.OpenStdin",
        "Config.StdinOnce",
        "Config.Image"
    };
    private static final String[] DEFAULT_NETWORK = {
        "NetworkSettings.Bridge",
        "NetworkSettings.HairpinMode",
        "NetworkSettings.LinkLocalIPv6Address",
        "NetworkSettings.LinkLocalIPv6PrefixLen",
        "NetworkSettings.SecondaryIPAddresses",
        "NetworkSettings.SecondaryIPv6Addresses",
        "NetworkSettings.EndpointID",
        "NetworkSettings.Gateway",
        "NetworkSettings.GlobalIPv6Address",
        "NetworkSettings.GlobalIPv6PrefixLen",
        "NetworkSettings.IPAddress",
        "NetworkSettings.IPPrefixLen",
        "NetworkSettings.IPv6Gateway",
        "NetworkSettings.MacAddress"
    };
    private static final JsonChanges NEW_CONTAINER = JsonChanges.NONE
            .dropping(DEFAULT_NETWORK)
            .dropping("Config.MacAddress", "HostConfig.KernelMemory", "HostConfig.KernelMemoryTCP");
    private static final JsonChanges NEW_EVENT = JsonChanges.NONE.dropping("status", "id", "from");

    private AnswerForms() {}

    static List<ContainerSummary> listed(ApiVersion version, List<ContainerSummary> containers) {
        if (!version.isBefore(52)) {
            return containers;
        }
        return containers.stream()
                .map(each -> {
                    ContainerSummary.Builder older = each.toBuilder().health(Optional.<HealthSummary>empty());
                    if (version.isBefore(46)) {
                        older.hostConfig(new SummaryHostConfig(each.hostConfig().networkMode(), Map.of()));
                    }
                    return older.build();
                })
                .toList();
    }

    static ContainerInspect container(ApiVersion version, ContainerInspect container) {
        return version.isBefore(45) ? withShortIds(container) : container;
    }

    /** In users' networks its short id and host name were among its aliases, before there were names of their own. */
    private static ContainerInspect withShortIds(ContainerInspect container) {
        NetworkSettings settings = container.networkSettings();
        Map<String, EndpointSettings> networks = new LinkedHashMap<>();
        settings.networks().forEach((name, endpoint) -> {
            boolean isUsers = !Set.of("bridge", "host", "none").contains(name);
            Set<String> aliases = new LinkedHashSet<>(endpoint.aliases());
            aliases.add(container
                    .id()
                    .substring(0, Math.min(SHORT_ID, container.id().length())));
            if (!container.config().hostname().isEmpty()) {
                aliases.add(container.config().hostname());
            }
            networks.put(
                    name,
                    isUsers ? endpoint.toBuilder().aliases(List.copyOf(aliases)).build() : endpoint);
        });
        return container.toBuilder()
                .networkSettings(settings.toBuilder().networks(networks).build())
                .build();
    }

    /** Of an inspected container. */
    static JsonChanges container(ApiVersion version, String snapshotter) {
        return version.isBefore(52)
                ? JsonChanges.NONE
                : NEW_CONTAINER.adding("", "Storage", "{\"RootFS\":{\"Snapshot\":{\"Name\":\"" + snapshotter + "\"}}}");
    }

    static List<ImageSummary> images(ApiVersion version, List<ImageSummary> images) {
        if (!version.isBefore(43)) {
            return images;
        }
        return images.stream()
                .map(each -> each.repoTags().isEmpty() && each.repoDigests().isEmpty()
                        ? each.withNames(List.of("<none>:<none>"), List.of("<none>@<none>"))
                        : each)
                .toList();
    }

    /** Of a list of images. */
    static JsonChanges images(ApiVersion version) {
        JsonChanges changes = JsonChanges.NONE;
        if (version.isBefore(51)) {
            changes = changes.dropping("Containers").adding("", "Containers", "-1");
        }
        if (version.isBefore(48)) {
            changes = changes.dropping("Descriptor");
        }
        return version.isBefore(44) ? changes.copying("", "Size", "VirtualSize") : changes;
    }

    /** Of an inspected image. */
    static JsonChanges image(ApiVersion version) {
        JsonChanges changes = JsonChanges.NONE;
        if (version.isBefore(44)) {
            changes = changes.copying("", "Size", "VirtualSize");
        }
        if (version.isBefore(45)) {
            changes = changes.dropping("ContainerConfig").adding("", "ContainerConfig", NO_CONFIG);
        }
        if (version.isBefore(48)) {
            changes = changes.dropping("Descriptor");
        }
        if (!version.isBefore(50)) {
            changes = changes.dropping(CONTAINER_ONLY);
        }
        return version.isBefore(52) ? changes : changes.dropping("Parent", "DockerVersion", "Container");
    }

    static JsonChanges usage(ApiVersion version) {
        return version.isBefore(44) ? JsonChanges.NONE.copying("Images", "Size", "VirtualSize") : JsonChanges.NONE;
    }

    static JsonChanges event(ApiVersion version) {
        return version.isBefore(52) ? JsonChanges.NONE : NEW_EVENT;
    }

    static JsonChanges network(ApiVersion version, NetworkInspect network) {
        return version.isBefore(52)
                ? JsonChanges.NONE
                : JsonChanges.NONE.adding("", "Status", AddressStatus.json(network));
    }

    static JsonChanges info(ApiVersion version) {
        JsonChanges changes = JsonChanges.NONE;
        if (version.isBefore(42)) {
            changes = changes.adding("", "KernelMemory", "false");
        }
        if (version.isBefore(50)) {
            changes = changes.adding("", "BridgeNfIptables", "false").adding("", "BridgeNfIp6tables", "false");
        }
        return version.isBefore(49) ? changes : changes.adding("", "FirewallBackend", "{\"Driver\":\"nftables\"}");
    }
}
