package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.BindOptions;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request to create a container means in an older version of the API: fields that the version has not are passed over, and
 * what meant something else then goes on meaning that (moby 28.5, api/server/router/container, postContainersCreate).
 */
final class RequestForms {
    private RequestForms() {}

    static CreateRequest create(ApiVersion version, CreateRequest request) throws ApiException {
        if (!version.isBefore(48)) {
            return version.isBefore(52) ? request : withoutMac(request);
        }
        refuse(version, request);
        return new CreateRequest(
                config(version, request.config()), host(version, request.hostConfig()), request.networkingConfig());
    }

    /** A container has no MAC address any more, its endpoints have. */
    private static CreateRequest withoutMac(CreateRequest request) {
        return request.config().macAddress().isEmpty()
                ? request
                : new CreateRequest(
                        request.config().toBuilder().macAddress("").build(),
                        request.hostConfig(),
                        request.networkingConfig());
    }

    private static void refuse(ApiVersion version, CreateRequest request) throws ApiException {
        List<String> networks =
                List.copyOf(request.networkingConfig().endpointsConfig().keySet());
        if (version.isBefore(44) && networks.size() > 1) {
            throw ApiException.badRequest(
                    "Container cannot be created with multiple network endpoints: " + String.join(", ", networks));
        }
        for (Mount mount : request.hostConfig().mounts()) {
            boolean isForced =
                    mount.bindOptions().map(BindOptions::readOnlyForceRecursive).orElse(false);
            boolean hasSubpath =
                    mount.volumeOptions().map(each -> !each.subpath().isEmpty()).orElse(false);
            if (version.isBefore(44) && mount.type().equals("bind") && isForced) {
                throw ApiException.badRequest("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
            }
            if (version.isBefore(45) && hasSubpath) {
                throw ApiException.badRequest("VolumeOptions.Subpath needs API v1.45 or newer");
            }
            if (mount.type().equals("image")) {
                throw ApiException.badRequest("Mount type \"Image\" needs API v1.48 or newer");
            }
        }
    }

    private static ContainerConfig config(ApiVersion version, ContainerConfig config) {
        if (!version.isBefore(44) || config.healthcheck().isEmpty()) {
            return config;
        }
        HealthConfig older =
                config.healthcheck().get().toBuilder().startInterval(0).build();
        return config.toBuilder().healthcheck(older).build();
    }

    private static HostConfig host(ApiVersion version, HostConfig host) {
        HostConfig.Builder older = host.toBuilder();
        if (version.isBefore(25)) {
            older.autoRemove(false); // its client removes it
        }
        if (version.isBefore(40) && host.ipcMode().isEmpty()) {
            older.ipcMode("shareable");
        }
        if (version.isBefore(42)) {
            older.consoleSize(new ConsoleSize(0, 0));
        }
        if (version.isBefore(43)) {
            older.annotations(Map.of());
        }
        if (version.isBefore(44)) {
            List<Mount> mounts = new ArrayList<>();
            host.mounts().forEach(each -> mounts.add(mount(version, each)));
            older.mounts(mounts);
        }
        return older.build();
    }

    private static Mount mount(ApiVersion version, Mount mount) {
        String type = mount.type();
        return new Mount(
                type,
                mount.source(),
                mount.target(),
                mount.readOnly(),
                mount.consistency(),
                type.equals("bind") ? Optional.of(bind(version, mount)) : kept(version, mount.bindOptions()),
                type.equals("volume") ? mount.volumeOptions() : kept(version, mount.volumeOptions()),
                mount.imageOptions(),
                type.equals("tmpfs") ? mount.tmpfsOptions() : kept(version, mount.tmpfsOptions()));
    }

    /** What another type of mount has: before version 1.42 nobody looked at it. */
    private static <T> Optional<T> kept(ApiVersion version, Optional<T> options) {
        return version.isBefore(42) ? Optional.empty() : options;
    }

    /** Before version 1.44 what was mounted beneath a read-only mount stayed writable. */
    private static BindOptions bind(ApiVersion version, Mount mount) {
        BindOptions known = mount.bindOptions().orElse(new BindOptions("", false, false, false, false));
        return new BindOptions(
                known.propagation(),
                !version.isBefore(40) && known.nonRecursive(),
                !version.isBefore(42) && known.createMountpoint(),
                mount.readOnly(),
                false);
    }
}
