package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.Health;
import dev.estiba.api.HealthSummary;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.SummaryHostConfig;
import dev.estiba.api.SummaryNetworks;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.NetworkView;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.store.ContainerRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Lists of containers. */
final class Listing {
    private static final Comparator<Entry> NEWEST_FIRST =
            Comparator.comparing(Entry::created).reversed();

    private final Context context;
    private final Overview overview;

    Listing(Context context, Runs runs) {
        this.context = context;
        overview = new Overview(context, this::glance, runs::isFollowed);
    }

    /**
     * @param shown in the order of the answer
     * @param gone ids of those that should have gone with their end (--rm), which nobody is to see any more
     */
    record Found(List<ContainerSummary> shown, List<String> gone) {}

    /** @param created with parts of a second, which the answer has not */
    private record Entry(Instant created, ContainerSummary summary) {}

    Found list(ListOptions options) throws IOException {
        return list(options, overview.all());
    }

    /** The same where it takes no look at anything: nothing has changed since the last list. */
    Optional<Found> known(ListOptions options) throws IOException {
        if (!options.filters().isEmpty()
                || options.size()
                || !context.networking().links().isEmpty()) {
            return Optional.empty();
        }
        Optional<List<Glance>> known = overview.known();
        return known.isPresent() ? Optional.of(list(options, known.get())) : Optional.empty();
    }

    private Found list(ListOptions options, List<Glance> glances) throws IOException {
        Filters filters = Filters.of(options.filters(), named());
        boolean all = options.all() || options.limit() > 0 || filters.names("status") || filters.names("exited");
        List<Entry> found = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        Instant now = Instant.now();
        for (Glance glance : glances) {
            ContainerRecord record = glance.record();
            Status status = context.shown(record.id(), glance.status());
            if (record.ephemeral() && status.isOver()) {
                gone.add(record.id());
            } else if (all || isUp(status)) {
                String health = Inspector.health(glance.health(), status)
                        .map(Health::status)
                        .orElse(HealthState.NONE);
                if (filters.match(record, status, health, glance.summary())) {
                    found.add(new Entry(glance.created(), summary(glance, status, health, now, options.size())));
                }
            }
        }
        found.sort(NEWEST_FIRST);
        int count = options.limit() > 0 ? Math.min(options.limit(), found.size()) : found.size();
        return new Found(found.subList(0, count).stream().map(Entry::summary).toList(), gone);
    }

    private Filters.Known named() {
        return new Filters.Known() {
            @Override
            public Filters.Made container(String reference) throws IOException {
                try (Locked container = context.look(reference)) {
                    ContainerRecord record = container.record();
                    return new Filters.Made(record.id(), Instant.parse(record.created()));
                }
            }

            @Override
            public Optional<String> image(String reference) throws IOException {
                try {
                    return Optional.of(
                            context.images().find(reference, Optional.empty()).id());
                } catch (ApiException e) {
                    if (e.status() == ApiException.NOT_FOUND || e.status() == ApiException.BAD_REQUEST) {
                        return Optional.empty();
                    }
                    throw e;
                }
            }
        };
    }

    /** Lets go of what is kept for the next list. */
    void release() {
        overview.close();
    }

    private static boolean isUp(Status status) {
        return status instanceof Status.Running || status instanceof Status.Restarting;
    }

    private ContainerSummary summary(Glance glance, Status status, String health, Instant now, boolean withSize)
            throws IOException {
        Optional<Glance.Answered> before = glance.last().get();
        boolean isTheSame = !withSize
                && before.isPresent()
                && before.get().moment().isStill(status.word(), health, now.getEpochSecond());
        if (isTheSame && context.networking().links().isEmpty()) {
            return before.get().summary();
        }
        // Another one's link gives a name, and no file of this one's changes by it.
        Glance.Moment moment = new Glance.Moment(
                new Linking(context).allNames(glance.record()),
                new HealthSummary(
                        health, glance.health().map(Health::failingStreak).orElse(0)),
                status.word(),
                now.getEpochSecond());
        if (!withSize && before.isPresent() && before.get().moment().equals(moment)) {
            return before.get().summary();
        }
        ContainerSummary.Builder summary = glance.summary().toBuilder()
                .names(moment.names())
                .health(Optional.of(moment.health()))
                .state(moment.state())
                .status(Words.status(status, glance.life(), now, health));
        if (withSize) {
            long written = Inspector.written(glance.record(), glance.data());
            return summary.sizeRw(written)
                    .sizeRootFs(written + Inspector.beneath(glance.record()))
                    .build();
        }
        ContainerSummary answer = summary.build();
        glance.last().set(Optional.of(new Glance.Answered(moment, answer)));
        return answer;
    }

    /** As dockerd has it: an argument with a space in it is in quotes. */
    private static String shown(List<String> command) {
        StringBuilder text = new StringBuilder();
        for (String word : command) {
            boolean isQuoted = !text.isEmpty() && word.indexOf(' ') >= 0;
            text.append(text.isEmpty() ? "" : " ").append(isQuoted ? "'" + word + "'" : word);
        }
        return text.toString();
    }

    private Glance glance(Locked container) throws IOException {
        ContainerRecord record = container.record();
        Instant created = Instant.parse(record.created());
        Status status = context.status(container);
        HostConfig host = record.request().hostConfig();
        Given given = status instanceof Status.Running ? Networking.given(container.home()) : Given.NOTHING;
        ContainerSummary summary = ContainerSummary.builder()
                .id(record.id())
                .names(List.of("/" + record.name()))
                .image(record.request().config().image())
                .imageId(record.imageId())
                .command(shown(Merge.command(record.request().config())))
                .created(created.getEpochSecond())
                .labels(record.request().config().labels())
                .hostConfig(new SummaryHostConfig(
                        host.networkMode().isEmpty() ? "default" : host.networkMode(), host.annotations()))
                .networkSettings(new SummaryNetworks(NetworkView.endpoints(context.request(record), given)))
                .ports(NetworkView.list(record.request(), given))
                .mounts(context.spec(record).mountPoints(container.home().dataPath()))
                .build();
        return new Glance(
                record,
                created,
                status,
                container.home().life(),
                Inspector.known(container, status),
                container.home().dataPath(),
                summary,
                new AtomicReference<>(Optional.empty()));
    }
}
