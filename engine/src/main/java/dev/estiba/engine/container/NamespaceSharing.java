package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.linux.Fd;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Containers that have the processes, or the shared memory, of another one ({@code --pid container:NAME}, {@code --ipc
 * container:NAME}). In a record the other one is called by its id, so that it may be renamed.
 */
final class NamespaceSharing {
    private static final String CONTAINER = "container:";
    private static final String MEMORY = "/dev/shm";

    /** Of more than so many who share with one another, nobody is the one whose it is. */
    private static final int MOST = 64;

    static final Shared NOTHING = new Shared(Optional.empty(), Optional.empty(), Map.of());

    private final Context context;

    NamespaceSharing(Context context) {
        this.context = context;
    }

    /**
     * What a run that is about to begin shares.
     *
     * @param sources of mounts, by where they are
     */
    record Shared(Optional<Fd> processes, Optional<Fd> memory, Map<String, String> sources) implements AutoCloseable {
        /** A configuration that joins what it has of its own until then. */
        Config in(Config config) throws IOException {
            if (processes.isEmpty() && memory.isEmpty()) {
                return config;
            }
            Linux linux = config.linux().orElseThrow();
            List<Namespace> namespaces = new ArrayList<>();
            for (Namespace each : linux.namespaces()) {
                namespaces.add(
                        switch (each.type()) {
                            case PID -> joined(each, processes);
                            case IPC -> joined(each, memory);
                            default -> each;
                        });
            }
            return config.toBuilder()
                    .linux(linux.toBuilder().namespaces(namespaces).build())
                    .build();
        }

        /** Its sources beside others. */
        Map<String, String> with(Map<String, String> others) {
            if (sources.isEmpty()) {
                return others;
            }
            Map<String, String> all = new HashMap<>(others);
            all.putAll(sources);
            return all;
        }

        private static Namespace joined(Namespace own, Optional<Fd> other) throws IOException {
            if (other.isEmpty()) {
                return own;
            }
            // Of this process, not of who reads it.
            String here = "/proc/" + ProcessHandle.current().pid() + "/";
            return Namespace.join(own.type(), other.get().procPath().replaceFirst("^/proc/self/", here));
        }

        @Override
        public void close() {
            processes.ifPresent(Fd::close);
            memory.ifPresent(Fd::close);
        }
    }

    /** @throws ApiException 400 when there is no such container: "not found" would be taken for the image by the docker command */
    CreateRequest completed(CreateRequest request) throws IOException {
        HostConfig host = request.hostConfig();
        if (!isShared(host.pidMode()) && !isShared(host.ipcMode())) {
            return request;
        }
        HostConfig resolved = host.toBuilder()
                .pidMode(resolved(host.pidMode(), "PID"))
                .ipcMode(resolved(host.ipcMode(), "IPC"))
                .build();
        return new CreateRequest(request.config(), resolved, request.networkingConfig());
    }

    private static boolean isShared(String mode) {
        return mode.startsWith(CONTAINER);
    }

    private String resolved(String mode, String what) throws IOException {
        if (!isShared(mode)) {
            return mode;
        }
        String name = mode.substring(CONTAINER.length());
        if (name.isEmpty()) {
            throw ApiException.badRequest("invalid " + what + " mode: " + mode);
        }
        try {
            return CONTAINER + context.store().resolve(name);
        } catch (ApiException e) {
            throw ApiException.badRequest(e.message());
        }
    }

    /** @throws ApiException 500, in the words of moby (daemon, oci_linux.go), when the other one does not run, or does not share */
    Shared make(Locked container, Optional<ContainerIds> ids) throws IOException {
        HostConfig host = container.record().request().hostConfig();
        Optional<Fd> processes = Optional.empty();
        Optional<Fd> memory = Optional.empty();
        boolean all = false;
        try {
            if (isShared(host.pidMode())) {
                processes = Optional.of(open(host.pidMode(), "PID", "pid"));
            }
            Map<String, String> sources;
            if (isShared(host.ipcMode())) {
                sources = Map.of(MEMORY, memory(host.ipcMode()).toString());
                memory = Optional.of(open(host.ipcMode(), "IPC", "ipc"));
            } else {
                sources = SharedMemory.make(container, ids)
                        .map(place -> Map.of(MEMORY, place.toString()))
                        .orElse(Map.of());
            }
            all = true;
            return new Shared(processes, memory, sources);
        } finally {
            if (!all) {
                processes.ifPresent(Fd::close);
                memory.ifPresent(Fd::close);
            }
        }
    }

    private Fd open(String mode, String what, String kind) throws IOException {
        String id = mode.substring(CONTAINER.length());
        try (Locked donor = look(id, what)) {
            if (context.shown(donor) instanceof Status.Restarting) {
                throw refused(what, "Container " + id + " is restarting, wait until the container is running");
            }
            Optional<Fd> namespace = OpenNamespace.of(context, donor, kind);
            if (namespace.isEmpty()) {
                throw refused(what, "container " + id + " is not running");
            }
            // Said while it runs: an end before that has given its directory on already.
            SpareRoots.spoil(donor.home());
            if (!(context.status(donor) instanceof Status.Running)) {
                namespace.get().close();
                throw refused(what, "container " + id + " is not running");
            }
            return namespace.get();
        }
    }

    private Locked look(String id, String what) throws IOException {
        try {
            return context.look(id);
        } catch (ApiException e) {
            throw refused(what, e.message());
        }
    }

    /** The memory of who does not share another one's himself. */
    private Path memory(String mode) throws IOException {
        String now = mode;
        for (int i = 0; i < MOST; i++) {
            String id = now.substring(CONTAINER.length());
            try (Locked donor = look(id, "IPC")) {
                now = donor.record().request().hostConfig().ipcMode();
                if (now.equals("host")) {
                    return Path.of(MEMORY);
                }
                if (!isShared(now)) {
                    if (!(context.status(donor) instanceof Status.Running)) {
                        throw refused("IPC", "container " + id + " is not running");
                    }
                    return SharedMemory.find(donor)
                            .orElseThrow(
                                    () -> refused(
                                            "IPC",
                                            "container " + id
                                                    + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)"));
                }
            }
        }
        throw refused("IPC", "those who share it share it with one another");
    }

    private static ApiException refused(String what, String why) {
        return ApiException.serverError("failed to join " + what + " namespace: " + why);
    }
}
