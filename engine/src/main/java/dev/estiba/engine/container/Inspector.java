package dev.estiba.engine.container;

import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.Health;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkSettings;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.health.HealthFile;
import dev.estiba.engine.health.HealthSettings;
import dev.estiba.engine.health.HealthState;
import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.NetworkView;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.spec.Snapshotter;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Life;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What containers are and do, as the API tells it. */
final class Inspector {
    /** Go's zero time. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private static final String OVERLAY = "overlayfs";
    private static final String NATIVE = "native";

    private final Context context;

    Inspector(Context context) {
        this.context = context;
    }

    ContainerInspect inspect(String reference, boolean withSize) throws IOException {
        try (Locked container = context.look(reference)) {
            ContainerRecord record = container.record();
            HostConfig host = record.request().hostConfig();
            Path data = container.home().dataPath();
            Path own = ContainerFiles.of(container.home());
            List<String> command = Merge.command(record.request().config());
            SpecBuilder spec = context.spec(record);
            GraphDriver driver = driver(record, data, spec);
            boolean hasRun = !container.home().life().started().isEmpty();
            boolean logs = hasRun && !host.logConfig().type().equals("none");
            ContainerConfig config = record.request().config().toBuilder()
                    .hostname(spec.hostname())
                    .build();
            ContainerInspect.Builder inspect = ContainerInspect.builder()
                    .id(record.id())
                    .created(record.created())
                    .path(command.getFirst())
                    .args(command.subList(1, command.size()))
                    .state(state(container))
                    .image(record.imageId())
                    .resolvConfPath(hasRun ? own.resolve("resolv.conf").toString() : "")
                    .hostnamePath(hasRun ? own.resolve("hostname").toString() : "")
                    .hostsPath(hasRun ? own.resolve("hosts").toString() : "")
                    .logPath(logs ? LogOptions.path(data, record.id()).toString() : "")
                    .name("/" + record.name())
                    .driver(driver.name())
                    .platform("linux")
                    .restartCount(container.home().life().restarts())
                    .hostConfig(new Linking(context).shown(record))
                    .graphDriver(driver)
                    .mounts(spec.mountPoints(data))
                    .config(config)
                    .networkSettings(networks(container));
            if (withSize) {
                long written = written(record, data);
                inspect.sizeRw(written).sizeRootFs(written + beneath(record));
            }
            return inspect.build();
        }
    }

    private static GraphDriver driver(ContainerRecord record, Path data, SpecBuilder spec) throws IOException {
        Optional<String> why = NativeCopy.why(data);
        if (why.isPresent() || spec.snapshotter() == Snapshotter.NATIVE) {
            return new GraphDriver(
                    Map.of(
                            "Root",
                            NativeCopy.root(data).toString(),
                            "Reason",
                            why.orElse("it was asked for (--snapshotter native)")),
                    NATIVE);
        }
        return new GraphDriver(
                Map.of(
                        "LowerDir",
                        String.join(":", record.lowers()),
                        "UpperDir",
                        data.resolve("upper").toString(),
                        "WorkDir",
                        data.resolve("work").toString()),
                OVERLAY);
    }

    /** What a container has on the disk for itself: of a copy, what it has more than its image. */
    static long written(ContainerRecord record, Path data) throws IOException {
        if (NativeCopy.why(data).isEmpty()) {
            return Sizes.of(data.resolve("upper"));
        }
        return Math.max(0, Sizes.of(NativeCopy.root(data)) - beneath(record));
    }

    /** What its image has. */
    static long beneath(ContainerRecord record) throws IOException {
        long image = 0;
        for (String lower : record.lowers()) {
            image += Sizes.of(Path.of(lower));
        }
        return image;
    }

    private NetworkSettings networks(Locked container) throws IOException {
        Status status = context.status(container);
        boolean runs = status instanceof Status.Running;
        String sandbox = status instanceof Status.Running(int pid, boolean paused) ? "/proc/" + pid + "/ns/net" : "";
        Given given = runs ? Networking.given(container.home()) : Given.NOTHING;
        return NetworkView.settings(
                context.request(container.record()), given, container.record().id(), sandbox);
    }

    ContainerState state(Locked container) throws IOException {
        Life life = container.home().life();
        Status status = context.shown(container);
        ContainerState.Builder state = ContainerState.builder()
                .status(status.word())
                .startedAt(life.started().isEmpty() ? NEVER : life.started())
                .finishedAt(life.finished().isEmpty() ? NEVER : life.finished())
                .exitCode(life.exitCode())
                .oomKilled(life.outOfMemory())
                .error(life.error());
        switch (status) {
            case Status.Created() -> {}
            // A child that the kernel has ended counts, as it does with Docker, whose daemon notes each event of that
            // kind;
            // the counter says the same without anybody having listened.
            case Status.Running(int pid, boolean paused) ->
                state.running(true)
                        .paused(paused)
                        .pid(pid)
                        .exitCode(0)
                        .oomKilled(Groups.of(context, container.record()).outOfMemory());
            case Status.Restarting(Status.Ended last) ->
                state.running(true)
                        .restarting(true)
                        .exitCode(last.code())
                        .finishedAt(last.finished())
                        .oomKilled(last.outOfMemory());
            case Status.Ended(int code, String finished, boolean outOfMemory) ->
                state.exitCode(code).finishedAt(finished).oomKilled(outOfMemory);
            case Status.Lost(boolean withTheBoot) ->
                state.exitCode(withTheBoot ? 255 : 137).dead(false);
        }
        health(known(container, status), status).ifPresent(state::health);
        return state.build();
    }

    /** As it was last known; empty when nobody has asked it. */
    static Optional<Health> known(Locked container, Status status) throws IOException {
        if (HealthSettings.of(container.record().request().config()).isEmpty() || status instanceof Status.Created) {
            return Optional.empty();
        }
        return HealthFile.read(container.home()).map(HealthState::health);
    }

    /** Who does not run has no health: moby says unhealthy of it. */
    static Optional<Health> health(Optional<Health> known, Status status) {
        boolean isAsked = status instanceof Status.Running(int pid, boolean paused) && !paused;
        return isAsked ? known : known.map(last -> new Health(HealthState.UNHEALTHY, last.failingStreak(), last.log()));
    }
}
