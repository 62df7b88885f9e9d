package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.Mount;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.UnhealthyRule;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.IdPool;
import dev.estiba.engine.spec.Jail;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.spec.RestartRule;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.spec.StrictSecurity;
import dev.estiba.engine.spec.UserNamespaceMode;
import dev.estiba.engine.spec.VolumeMount;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.IdRanges;
import dev.estiba.engine.store.SpareDirectory;
import dev.estiba.oci.image.Platform;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** {@code POST /containers/create}: refuses, then writes; nothing of the container itself is made yet. */
final class Creation {
    private static final int ATTEMPTS = 20;

    private final Context context;
    private final Connections connections;
    private final ContainerVolumes volumes;
    private final Configuration configuration;
    private final NamespaceSharing sharing;

    Creation(Context context, Connections connections, ContainerVolumes volumes, Configuration configuration) {
        this.context = context;
        this.connections = connections;
        this.volumes = volumes;
        this.configuration = configuration;
        this.sharing = new NamespaceSharing(context);
    }

    CreateResponse create(Optional<String> name, Optional<String> platform, CreateRequest asked) throws IOException {
        CreateRequest request = Debugging.completed(configuration.completed(asked), context);
        Optional<String> wanted =
                name.isPresent() && !name.get().isEmpty() ? Optional.of(Names.check(name.get())) : Optional.empty();
        if (request.config().image().isEmpty()) {
            throw ApiException.badRequest("no image is named");
        }
        Optional<Image> debugged = Debugging.image(request, context);
        Image image = debugged.isPresent()
                ? debugged.get()
                : context.images().find(request.config().image(), platform);
        SpecBuilder.refuseOwn(request, context.facts());
        StrictSecurity.Applied secured = StrictSecurity.apply(
                sharing.completed(connections.completed(Merge.of(request, image))), context.facts());
        CreateRequest merged = secured.request();
        String id = ContainerStore.newId();
        List<Mount> inherited = volumes.inherited(merged.hostConfig().volumesFrom());
        SpecBuilder spec = SpecBuilder.of(id, merged, inherited, context.facts());
        spec.refuseOnHost();
        volumes.check(spec.volumes());
        if (RestartRule.of(merged.hostConfig()) != RestartRule.NO
                && !context.restarts().isActive()) {
            throw ApiException.notImplemented("restart policies need the daemon (--restart "
                    + merged.hostConfig().restartPolicy().name() + ")");
        }
        if (HealthSettings.of(request.config()).isPresent() && !context.health().isActive()) {
            throw ApiException.notImplemented("health checks need the daemon (--health-cmd)");
        }
        UnhealthyRule.check(merged.config(), merged.hostConfig());
        context.forwarding()
                .refuse(LogOptions.check(merged.hostConfig().logConfig()).driver());
        if (!merged.config().stopSignal().isEmpty()) {
            Stopper.signal(merged.config().stopSignal());
        }
        OptionalLong project = StorageQuotas.project(merged.hostConfig(), context);
        context.images().pin(id, image);
        boolean made = false;
        try {
            volumes.pin(id, spec.images());
            CreateResponse response = withIds(
                    id,
                    merged,
                    mapped -> make(
                            record(id, wanted.orElse(""), image, mapped, inherited, project),
                            spec.volumes(),
                            Stream.concat(
                                            secured.reasons().stream(),
                                            warnings(request, mapped, spec, image, platform).stream())
                                    .toList()));
            made = true;
            return response;
        } finally {
            if (!made) {
                context.images().unpin(id, image.lowers());
                context.images().unpinMounted(id, spec.images().size());
            }
        }
    }

    private interface Making {
        CreateResponse make(CreateRequest mapped) throws IOException;
    }

    /** A range of ids is the container's from here on: until its record is there, nobody else looks for one. */
    private CreateResponse withIds(String id, CreateRequest request, Making making) throws IOException {
        return switch (UserNamespaceMode.of(request.hostConfig(), context.facts())) {
            case UserNamespaceMode.Host() -> making.make(request);
            case UserNamespaceMode.Auto(long size) -> {
                try (IdRanges.Claim claim = context.store().idRanges().claim()) {
                    ContainerIds ids = ContainerIds.range(first(claim, size), size);
                    claim.take(id, ranges(ids));
                    yield making.make(with(request, ids));
                }
            }
            case UserNamespaceMode.Mapped(ContainerIds ids) -> {
                try (IdRanges.Claim claim = context.store().idRanges().claim()) {
                    if (!ids.isSame()) {
                        claim.take(id, ranges(ids));
                    }
                    yield making.make(with(request, ids));
                }
            }
        };
    }

    private static long first(IdRanges.Claim claim, long size) throws IOException {
        IdPool pool = IdPool.read();
        return claim.free(pool.ranges(), size)
                .orElseThrow(() -> ApiException.serverError(
                        "--userns auto: no " + size + " consecutive ids are free any more in " + pool.origin()));
    }

    private static List<IdRanges.Range> ranges(ContainerIds ids) {
        return Stream.concat(ids.uids().stream(), ids.gids().stream())
                .map(each -> new IdRanges.Range(each.hostId(), each.size()))
                .distinct()
                .toList();
    }

    private static CreateRequest with(CreateRequest request, ContainerIds ids) {
        return new CreateRequest(
                request.config(),
                request.hostConfig().toBuilder().idMappings(ids.written()).build(),
                request.networkingConfig());
    }

    /** @param name empty where one is to be made up */
    private static ContainerRecord record(
            String id, String name, Image image, CreateRequest merged, List<Mount> inherited, OptionalLong project) {
        return new ContainerRecord(
                id,
                name,
                Timestamps.now(),
                image.id(),
                image.lowers(),
                merged.hostConfig().autoRemove(),
                merged,
                inherited,
                project);
    }

    private CreateResponse make(ContainerRecord record, List<VolumeMount> wanted, List<String> warnings)
            throws IOException {
        Optional<SpareDirectory> spare = context.spares().take(record);
        boolean there = false;
        try {
            CreateResponse response = make(record, spare, wanted, warnings);
            there = true;
            return response;
        } finally {
            if (!there) {
                context.spares().drop(record.id());
            }
        }
    }

    private CreateResponse make(
            ContainerRecord record, Optional<SpareDirectory> spare, List<VolumeMount> wanted, List<String> warnings)
            throws IOException {
        ContainerRecord made = written(record, spare);
        boolean whole = wanted.isEmpty();
        try {
            volumes.make(made, wanted);
            whole = true;
        } finally {
            if (!whole) {
                forget(made);
            }
        }
        connections.made(made);
        Happened.to(context, made, "create");
        return new CreateResponse(made.id(), warnings);
    }

    private ContainerRecord written(ContainerRecord record, Optional<SpareDirectory> spare) throws IOException {
        boolean isNamed = !record.name().isEmpty();
        for (int attempt = 0; ; attempt++) {
            ContainerRecord named = isNamed ? record : record.withName(Names.invent(attempt));
            try {
                context.store()
                        .create(named, attempt == 0 ? spare : Optional.empty())
                        .close();
                return named;
            } catch (ApiException e) {
                if (isNamed || e.status() != ApiException.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A container whose volumes cannot be made. */
    private void forget(ContainerRecord record) throws IOException {
        Optional<Home> home = context.store().lock(record.id());
        if (home.isPresent()) {
            try (Home locked = home.get()) {
                volumes.remove(record);
                context.store().remove(locked, record);
                StorageQuotas.giveBack(record, context);
            }
        }
    }

    private List<String> warnings(
            CreateRequest asked, CreateRequest request, SpecBuilder spec, Image image, Optional<String> platform)
            throws IOException {
        List<String> warnings = new ArrayList<>(spec.warnings());
        Platform host = context.images().host();
        image.stored()
                .map(Image.Stored::platform)
                .filter(each -> platform.isEmpty() && host.runs().stream().noneMatch(each::isSame))
                .ifPresent(each -> warnings.add("The requested image's platform (" + each
                        + ") does not match the detected host platform (" + host
                        + ") and no specific platform was requested"));
        new ForeignPrograms(context.images()).warning(image).ifPresent(warnings::add);
        if (request.hostConfig().isolation().equals("chroot")) {
            warnings.add(Jail.UNPROTECTED);
        }
        String network = asked.hostConfig().networkMode();
        warnings.addAll(context.networking().strictReasons(request));
        if (!context.networking().isActive() && (network.isEmpty() || network.equals("default"))) {
            warnings.add("bridge networks need the daemon: it has --network none (or say --network host)");
        }
        return warnings;
    }
}
