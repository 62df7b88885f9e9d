package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.LoginRequest;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryCredential;
import dev.estiba.api.UsageTotals;
import dev.estiba.api.Volume;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is asked of the engine as a whole. */
final class SystemRoutes {
    private static final Set<String> USAGES = Set.of("container", "image", "volume", "build-cache");
    private static final Map<String, String> PING = Map.of(
            "Content-Type",
            "text/plain; charset=utf-8",
            "Cache-Control",
            "no-cache, no-store, must-revalidate",
            "Pragma",
            "no-cache",
            "Swarm",
            "inactive");

    private final EngineApi engine;
    private final RegistryAccess access;

    SystemRoutes(EngineApi engine, DoorSettings settings) {
        this.engine = engine;
        this.access = settings.registries();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/_ping", Kind.PROMPT, exchange -> exchange.text(200, PING, "OK")),
                new Route("HEAD", "/_ping", Kind.PROMPT, exchange -> exchange.text(200, PING, "")),
                new Route("GET", "/version", Kind.CALL, each -> each.answer(200, Body.VERSION, engine.version())),
                new Route("GET", "/info", Kind.CALL, this::info),
                new Route("GET", "/system/df", Kind.LONG, this::usage),
                new Route("POST", "/auth", Kind.LONG, this::login));
    }

    private void info(Exchange exchange) throws IOException {
        exchange.answer(200, Body.INFO, engine.info(), AnswerForms.info(exchange.version()));
    }

    private void usage(Exchange exchange) throws IOException {
        // Before version 1.42 all of it was told.
        Set<String> types = exchange.version().isBefore(42)
                ? Set.of()
                : new HashSet<>(exchange.query().texts("type"));
        for (String type : types) {
            if (!USAGES.contains(type)) {
                throw ApiException.badRequest("unknown object type: " + type);
            }
        }
        DiskUsage all = engine.diskUsage();
        if (!exchange.version().isBefore(52)) {
            exchange.document(
                    200, totals(all, types, exchange.query().bool("verbose")).json());
            return;
        }
        DiskUsage wanted = new DiskUsage(
                types.isEmpty() || types.contains("image") ? all.layersSize() : 0,
                all.layersReclaimable(),
                types.isEmpty() || types.contains("image") ? all.images() : List.of(),
                types.isEmpty() || types.contains("container")
                        ? AnswerForms.listed(exchange.version(), all.containers())
                        : List.of(),
                types.isEmpty() || types.contains("volume") ? all.volumes() : List.of());
        exchange.answer(200, Body.DISK_USAGE, wanted, AnswerForms.usage(exchange.version()));
    }

    private static UsageTotals.All totals(DiskUsage usage, Set<String> types, boolean isWhole) {
        UsageTotals<ImageSummary> images = UsageTotals.images(usage);
        UsageTotals<ContainerSummary> containers = UsageTotals.containers(usage);
        UsageTotals<Volume> volumes = UsageTotals.volumes(usage);
        return new UsageTotals.All(
                wanted(types, "image", isWhole ? images : images.brief()),
                wanted(types, "container", isWhole ? containers : containers.brief()),
                wanted(types, "volume", isWhole ? volumes : volumes.brief()),
                types.isEmpty() || types.contains("build-cache"));
    }

    private static <T> Optional<UsageTotals<T>> wanted(Set<String> types, String type, UsageTotals<T> totals) {
        return types.isEmpty() || types.contains(type) ? Optional.of(totals) : Optional.empty();
    }

    /** Tries them; whoever asks keeps them. */
    private void login(Exchange exchange) throws IOException {
        RegistryCredential given = exchange.json(Body.REGISTRY_CREDENTIAL);
        LoginRequest request = new LoginRequest(given.server(), given.username(), given.password());
        exchange.answer(200, Body.LOGIN_RESULT, engine.login(request, access.withCredential(given)));
    }
}
