package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.ImageConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Map<String, String> env = new LinkedHashMap<>();
        base.env().forEach(variable -> put(env, variable));
        own.env().forEach(variable -> put(env, variable));
        Map<String, String> labels = new LinkedHashMap<>(base.labels());
        labels.putAll(own.labels());
        ContainerConfig merged = own.toBuilder()
                .labels(labels)
                .entrypoint(entrypoint)
                .cmd(cmd)
                .env(List.copyOf(env.values()))
                .workingDir(own.workingDir().isEmpty() ? base.workingDir() : own.workingDir())
                .user(own.user().isEmpty() ? base.user() : own.user())
                .stopSignal(own.stopSignal().isEmpty() ? base.stopSignal() : own.stopSignal())
                .build();
        return new CreateRequest(merged, request.hostConfig(), request.networkingConfig());
    }

    static void put(Map<String, String> env, String variable) {
        int equals = variable.indexOf('=');
        String name = equals < 0 ? variable : variable.substring(0, equals);
        if (equals < 0) {
            env.remove(name);
        } else {
            env.put(name, variable);
        }
    }

    /** The program and its arguments. */
    public static List<String> command(ContainerConfig config) {
        List<String> all = new java.util.ArrayList<>(config.entrypoint());
        all.addAll(config.cmd());
        return all;
    }
}
