package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainersPruned;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.filter.FilterValues;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code POST /containers/prune}: removes the containers that do not run. */
final class ContainerPruning {
    private static final Set<String> KNOWN = Set.of("until", "label", "label!");

    private final Context context;
    private final Removal removal;
    private final Runs runs;

    ContainerPruning(Context context, Removal removal, Runs runs) {
        this.context = context;
        this.removal = removal;
        this.runs = runs;
    }

    ContainersPruned prune(Map<String, List<String>> filters) throws IOException {
        for (String name : filters.keySet()) {
            if (!KNOWN.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        Optional<Instant> until = until(filters.getOrDefault("until", List.of()));
        List<String> removed = new ArrayList<>();
        long space = 0;
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().lock(id);
            if (home.isEmpty()) {
                continue;
            }
            Status.Ended last;
            try (Home locked = home.get()) {
                Optional<ContainerRecord> record = locked.record();
                if (record.isEmpty() || !isMeant(new Locked(locked, record.get()), until, filters)) {
                    continue;
                }
                Locked container = new Locked(locked, record.get());
                space += Sizes.of(locked.dataPath().resolve("upper"));
                last = removal.remove(container, false);
                Happened.to(context, container.record(), "destroy");
                removed.add(id);
            }
            runs.removed(id, last);
        }
        context.events().publish("container", "prune", "", Map.of("reclaimed", Long.toString(space)));
        return new ContainersPruned(removed, space);
    }

    private boolean isMeant(Locked container, Optional<Instant> until, Map<String, List<String>> filters)
            throws IOException {
        Status status = context.shown(container);
        if (!status.isOver() && !(status instanceof Status.Created) || Removal.hasMonitor(container)) {
            return false;
        }
        Map<String, String> labels = container.record().request().config().labels();
        return until.map(Instant.parse(container.record().created())::isBefore).orElse(true)
                && filters.getOrDefault("label", List.of()).stream().allMatch(each -> FilterValues.label(each, labels))
                && filters.getOrDefault("label!", List.of()).stream()
                        .noneMatch(each -> FilterValues.label(each, labels));
    }

    /** A duration before now in Go's form for hours, minutes, seconds; or a time. */
    private static Optional<Instant> until(List<String> values) throws ApiException {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw ApiException.badRequest("more than one until filter specified");
        }
        String text = values.getFirst();
        try {
            if (text.matches("([0-9]+h)?([0-9]+m)?([0-9]+s)?") && !text.isEmpty()) {
                return Optional.of(Instant.now().minus(Duration.parse("PT" + text.toUpperCase(Locale.ROOT))));
            }
            return Optional.of(
                    text.matches("[0-9]{1,18}") ? Instant.ofEpochSecond(Long.parseLong(text)) : Instant.parse(text));
        } catch (DateTimeException e) {
            throw ApiException.badRequest("invalid value for the filter until: " + text);
        }
    }
}
