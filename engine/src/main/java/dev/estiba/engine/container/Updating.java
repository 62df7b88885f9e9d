package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import dev.estiba.api.UpdateRequest;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.RestartRule;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.ContainerException;
import dev.estiba.runtime.LimitChanges;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code POST /containers/ID/update}: other limits and another restart policy for a container, which may run. */
final class Updating {
    private static final long PERIOD = 100_000;
    private static final long NANOS = 1_000_000_000;

    /** The kernel's (kernel/sched/sched.h, MAX_SHARES). */
    private static final long MOST_SHARES = 1 << 18;

    private final Context context;

    Updating(Context context) {
        this.context = context;
    }

    /** Warnings. The limits of one that runs are set first: when they cannot be, nothing has changed. */
    List<String> update(String reference, UpdateRequest request) throws IOException {
        try (Locked container = context.lock(reference)) {
            ContainerRecord record = container.record();
            HostConfig before = record.request().hostConfig();
            HostConfig after = before.toBuilder()
                    .resources(merged(before.resources(), request.resources()))
                    .restartPolicy(request.restartPolicy().orElse(before.restartPolicy()))
                    .build();
            refuse(before, after, request);
            ContainerRecord changed = record.with(new CreateRequest(
                    record.request().config(), after, record.request().networkingConfig()));
            SpecBuilder.of(record.id(), changed.request(), context.facts()).refuseOnHost();
            if (context.status(container) instanceof Status.Running) {
                apply(record.id(), request.resources());
            }
            context.store().replace(container.home(), changed);
            Happened.to(context, changed, "update");
            return List.of();
        }
    }

    private void refuse(HostConfig before, HostConfig after, UpdateRequest request) throws ApiException {
        if (request.restartPolicy().isPresent()) {
            if (before.autoRemove()
                    && RestartRule.of(after.toBuilder().autoRemove(false).build()) != RestartRule.NO) {
                throw ApiException.badRequest(
                        "Restart policy cannot be updated because AutoRemove is enabled for the container");
            }
            if (RestartRule.of(after) != RestartRule.NO && !context.restarts().isActive()) {
                throw ApiException.notImplemented("restart policies need the daemon (--restart "
                        + after.restartPolicy().name() + ")");
            }
        }
        Resources wanted = request.resources();
        Resources had = before.resources();
        if (wanted.memory() > 0
                && wanted.memorySwap() == 0
                && had.memorySwap() > 0
                && wanted.memory() > had.memorySwap()) {
            throw ApiException.badRequest("Memory limit should be smaller than already set memoryswap limit, update the"
                    + " memoryswap at the same time");
        }
        if (wanted.cpuShares() > MOST_SHARES) {
            throw ApiException.badRequest("the maximum allowed cpu-shares is " + MOST_SHARES);
        }
        if (!wanted.devices().isEmpty() || !wanted.ulimits().isEmpty() || wanted.kernelMemory() != 0) {
            throw ApiException.notImplemented("devices, ulimits and kernel memory of a container cannot be updated");
        }
    }

    private static Resources merged(Resources had, Resources wanted) {
        Resources.Builder merged = had.toBuilder();
        if (wanted.memory() != 0) {
            merged.memory(wanted.memory());
            // As much swap again as before, unless something is said of it.
            merged.memorySwap(wanted.memorySwap() == 0 ? had.memorySwap() : wanted.memorySwap());
        } else if (wanted.memorySwap() != 0) {
            merged.memorySwap(wanted.memorySwap());
        }
        if (wanted.memoryReservation() != 0) {
            merged.memoryReservation(wanted.memoryReservation());
        }
        if (wanted.cpuShares() != 0) {
            merged.cpuShares(wanted.cpuShares());
        }
        if (wanted.nanoCpus() != 0) {
            merged.nanoCpus(wanted.nanoCpus());
        }
        if (wanted.cpuPeriod() != 0) {
            merged.cpuPeriod(wanted.cpuPeriod());
        }
        if (wanted.cpuQuota() != 0) {
            merged.cpuQuota(wanted.cpuQuota());
        }
        if (!wanted.cpusetCpus().isEmpty()) {
            merged.cpusetCpus(wanted.cpusetCpus());
        }
        if (!wanted.cpusetMems().isEmpty()) {
            merged.cpusetMems(wanted.cpusetMems());
        }
        if (wanted.blkioWeight() != 0) {
            merged.blkioWeight(wanted.blkioWeight());
        }
        if (wanted.pidsLimit().isPresent()) {
            merged.pidsLimit(wanted.pidsLimit().getAsLong());
        }
        return merged.build();
    }

    private void apply(String id, Resources wanted) throws IOException {
        Container running = context.runtime()
                .find(id)
                .orElseThrow(() -> ApiException.conflict("container " + id + " is not running"));
        long twice = wanted.memory() > 0 ? Math.min(wanted.memory(), Long.MAX_VALUE / 2) * 2 : 0;
        boolean share = wanted.nanoCpus() > 0;
        LimitChanges changes = new LimitChanges(
                given(wanted.memory()),
                given(wanted.memorySwap() == 0 ? twice : wanted.memorySwap()),
                given(wanted.memoryReservation()),
                given(wanted.cpuShares()),
                share ? OptionalLong.of(PERIOD) : given(wanted.cpuPeriod()),
                share ? OptionalLong.of(wanted.nanoCpus() * PERIOD / NANOS) : given(wanted.cpuQuota()),
                wanted.pidsLimit().isPresent()
                        ? OptionalLong.of(
                                Math.max(-1, unlimited(wanted.pidsLimit().getAsLong())))
                        : OptionalLong.empty(),
                given(wanted.blkioWeight()),
                Optional.of(wanted.cpusetCpus()).filter(text -> !text.isEmpty()),
                Optional.of(wanted.cpusetMems()).filter(text -> !text.isEmpty()));
        try {
            running.update(changes);
        } catch (ContainerException e) {
            throw new ApiException(
                    ApiException.SERVER_ERROR, "Cannot update container " + id + ": " + e.getMessage(), e);
        }
    }

    /** Docker's 0 is "none" as well. */
    private static long unlimited(long pids) {
        return pids == 0 ? -1 : pids;
    }

    private static OptionalLong given(long value) {
        return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
