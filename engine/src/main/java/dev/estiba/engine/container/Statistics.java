package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerStats;
import dev.estiba.api.ContainerStats.Sample;
import dev.estiba.api.StatsOptions;
import dev.estiba.api.StatsSink;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.stats.StatsReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** {@code GET /containers/ID/stats}. */
final class Statistics {
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private final Context context;

    Statistics(Context context) {
        this.context = context;
    }

    private record Moment(String id, String name, Sample sample) {}

    void tell(String reference, StatsOptions options, StatsSink to) throws IOException {
        Moment before = moment(reference);
        if (!options.stream() && options.oneShot()) {
            tell(before, Sample.NOTHING, to);
            return;
        }
        if (options.stream()) {
            tell(before, Sample.NOTHING, to);
        }
        do {
            pause();
            Moment now;
            try {
                now = moment(before.id());
            } catch (ApiException e) {
                if (options.stream() && e.status() == ApiException.NOT_FOUND) {
                    return; // it has been removed
                }
                throw e;
            }
            tell(now, before.sample(), to);
            before = now;
        } while (options.stream());
    }

    private static void tell(Moment now, Sample before, StatsSink to) throws IOException {
        int processors =
                now.sample().systemCpu() == 0 ? 0 : Runtime.getRuntime().availableProcessors();
        to.tell(new ContainerStats(now.id(), now.name(), now.sample(), before, processors));
    }

    private static void pause() throws ApiException {
        long end = System.nanoTime() + BETWEEN.toNanos();
        for (long left = BETWEEN.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw ApiException.serverError("interrupted while counting what a container uses");
            }
        }
    }

    private Moment moment(String reference) throws IOException {
        try (Locked container = context.look(reference)) {
            String id = container.record().id();
            Status status = context.status(container);
            if (!(status instanceof Status.Running(int pid, boolean paused))) {
                return new Moment(id, container.record().name(), Sample.NOTHING);
            }
            String group = SpecBuilder.cgroup(container.record().request().hostConfig(), id);
            return new Moment(id, container.record().name(), StatsReader.read(group, pid));
        }
    }
}
