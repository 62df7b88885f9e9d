package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.ImageConfig;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a container is told by its image where its request says nothing. */
public final class Merge {
    private Merge() {}

    /** @throws ApiException 400 when neither of the two names a command */
    public static CreateRequest of(CreateRequest request, Image image) throws ApiException {
        ContainerConfig own = request.config();
        ImageConfig base = image.config();
        List<String> entrypoint = own.entrypoint();
        List<String> cmd = own.cmd();
        if (entrypoint.isEmpty()) {
            entrypoint = base.entrypoint();
            cmd = cmd.isEmpty() ? base.cmd() : cmd;
        } else if (entrypoint.equals(List.of(""))) {
            entrypoint = List.of();
        }
        if (entrypoint.isEmpty() && cmd.isEmpty()) {
            throw ApiException.badRequest("no command specified");
        }
        // The request's own come first, as Docker lists them; of the image's, those that it does not name.
        Map<String, String> env = new LinkedHashMap<>();
        own.env().forEach(variable -> env.put(name(variable), variable));
        base.env().forEach(variable -> env.putIfAbsent(name(variable), variable));
        env.values().removeIf(variable -> variable.indexOf('=') < 0);
        Map<String, String> labels = new LinkedHashMap<>(base.labels());
        labels.putAll(own.labels());
        Set<String> ports = new LinkedHashSet<>(own.exposedPorts());
        ports.addAll(base.exposedPorts());
        Set<String> volumes = new LinkedHashSet<>(own.volumes());
        volumes.addAll(base.volumes());
        ContainerConfig.Builder merged = own.toBuilder()
                .labels(labels)
                .exposedPorts(ports)
                .volumes(volumes)
                .entrypoint(entrypoint)
                .cmd(cmd)
                .env(List.copyOf(env.values()))
                .workingDir(own.workingDir().isEmpty() ? base.workingDir() : own.workingDir())
                .user(own.user().isEmpty() ? base.user() : own.user())
                .stopSignal(own.stopSignal().isEmpty() ? base.stopSignal() : own.stopSignal());
        base.healthcheck()
                .map(usual -> own.healthcheck()
                        .map(asked -> HealthSettings.merge(asked, usual))
                        .orElse(usual))
                .ifPresent(merged::healthcheck);
        return new CreateRequest(merged.build(), request.hostConfig(), request.networkingConfig());
    }

    private static String name(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? variable : variable.substring(0, equals);
    }

    static void put(Map<String, String> env, String variable) {
        if (variable.indexOf('=') < 0) {
            env.remove(variable);
        } else {
            env.put(name(variable), variable);
        }
    }

    /** The program and its arguments. */
    public static List<String> command(ContainerConfig config) {
        List<String> all = new java.util.ArrayList<>(config.entrypoint());
        all.addAll(config.cmd());
        return all;
    }
}
