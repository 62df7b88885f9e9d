package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ListOptions;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What would become of volumes. */
final class ForeseenVolumes {
    /** The label of those that nobody has named. */
    static final String ANONYMOUS = "com.docker.volume.anonymous";

    private final EngineApi engine;
    private final Plan plan;

    ForeseenVolumes(EngineApi engine, Plan plan) {
        this.engine = engine;
        this.plan = plan;
    }

    Volume createVolume(VolumeCreateRequest body) throws ApiException {
        String name = body.name();
        if (!name.isEmpty() && !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw ApiException.badRequest("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        Optional<Volume> known = name.isEmpty() ? Optional.empty() : find(name);
        if (known.isEmpty()) {
            plan.add(Step.add("volume", name.isEmpty() ? "without a name" : name));
        }
        return known.orElse(
                new Volume("", "local", body.labels(), "", name, body.driverOpts(), "local", Optional.empty()));
    }

    private Optional<Volume> find(String name) throws ApiException {
        try {
            return Optional.of(engine.inspectVolume(name));
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    void removeVolume(String name, boolean force) throws ApiException {
        Optional<Volume> volume = find(name);
        if (volume.isEmpty() && force) {
            return;
        }
        Volume found = volume.isPresent() ? volume.get() : engine.inspectVolume(name);
        List<String> users = users(engine, found.name());
        if (!users.isEmpty()) {
            throw ApiException.conflict("remove " + name + ": volume is in use - [" + String.join(", ", users) + "]");
        }
        OptionalLong bytes = engine.diskUsage().volumes().stream()
                .filter(each -> each.name().equals(found.name()))
                .flatMap(each -> each.usage().stream())
                .mapToLong(usage -> usage.size())
                .filter(size -> size >= 0)
                .findFirst();
        plan.add(Step.remove("volume", found.name(), bytes));
    }

    /** The containers that want it, whether they run or not. */
    private static List<String> users(EngineApi engine, String volume) throws ApiException {
        return engine.listContainers(new ListOptions(true, 0, false, Map.of())).stream()
                .filter(each -> each.mounts().stream()
                        .anyMatch(mount ->
                                mount.type().equals("volume") && mount.name().equals(volume)))
                .map(ContainerSummary::id)
                .toList();
    }
}
