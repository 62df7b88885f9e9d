package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.EnginePaths;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.image.Images;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.spec.HostFacts;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.volume.Volumes;
import dev.estiba.runtime.Containers;
import java.io.IOException;

/** What the operations on containers share. */
record Context(
        EnginePaths paths,
        ContainerStore store,
        Images images,
        Containers runtime,
        HostFacts facts,
        Restarts restarts,
        HealthChecks health,
        LogForwarding forwarding,
        Events events,
        Networking networking,
        Volumes volumes,
        VolumeUsers volumeUsers,
        SpareRoots spares) {
    /** How a container is to be. */
    SpecBuilder spec(ContainerRecord record) throws ApiException {
        return SpecBuilder.of(record.id(), record.request(), record.inherited(), facts);
    }

    Observer observer() {
        return new Observer(runtime.root());
    }

    /** A container, locked, with what is written of it. */
    record Locked(Home home, ContainerRecord record) implements AutoCloseable {
        @Override
        public void close() {
            home.close();
        }
    }

    /** @throws ApiException 404 when there is none */
    Locked lock(String reference) throws IOException {
        String id = Linking.resolve(this, reference);
        return locked(store.lock(id).orElseThrow(() -> gone(reference)), reference);
    }

    /** The same without the lock: to look at it. */
    Locked look(String reference) throws IOException {
        String id = Linking.resolve(this, reference);
        return locked(store.look(id).orElseThrow(() -> gone(reference)), reference);
    }

    private static Locked locked(Home home, String reference) throws IOException {
        boolean there = false;
        try {
            Locked locked = new Locked(home, home.record().orElseThrow(() -> gone(reference)));
            there = true;
            return locked;
        } finally {
            if (!there) {
                home.close();
            }
        }
    }

    private static ApiException gone(String reference) {
        return ApiException.notFound("No such container: " + reference);
    }

    /** What the kernel and its monitor say. */
    Status status(Locked container) throws IOException {
        return observer().observe(container.home(), container.home().life(), Groups.of(this, container.record()));
    }

    /** The same with what this process is about to do. */
    Status shown(Locked container) throws IOException {
        return shown(container.record().id(), status(container));
    }

    Status shown(String id, Status status) {
        return status instanceof Status.Ended ended && restarts.isPending(id) ? new Status.Restarting(ended) : status;
    }

    /** As this engine starts it: one that does not stay has no bridges. */
    CreateRequest request(ContainerRecord record) {
        HostConfig host = record.request().hostConfig();
        boolean wantsBridge = host.networkMode().isEmpty() || host.networkMode().equals("default");
        return wantsBridge && !networking.isActive()
                ? new CreateRequest(
                        record.request().config(),
                        host.toBuilder().networkMode("none").build(),
                        record.request().networkingConfig())
                : record.request();
    }
}
