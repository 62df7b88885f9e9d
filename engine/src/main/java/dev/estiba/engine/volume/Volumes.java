package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeList;
import dev.estiba.api.VolumeUsage;
import dev.estiba.api.VolumesPruned;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.linux.Fd;
import dev.estiba.linux.HostMount;
import dev.estiba.linux.Open;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The volumes of a data root. It holds nothing that cannot be asked of the disk again: any number of engines may share the directory.
 * Safe for all threads.
 */
public final class Volumes {
    /** The only driver that there is. */
    public static final String LOCAL = "local";

    private static final String TYPE = "volume";

    /** No volume's name: of a container of which nobody knows what it wants. */
    public static final String UNKNOWN = "";

    private final VolumeStore store;
    private final Events events;
    private final Users users;

    /** Who wants volumes: the containers that are written down. */
    @FunctionalInterface
    public interface Users {
        /** The ids of containers, by the names of the volumes that they want; at {@link #UNKNOWN} those that cannot be read. */
        Map<String, List<String>> all() throws IOException;
    }

    public Volumes(Path dataRoot, Events events, Users users) {
        this.store = new VolumeStore(dataRoot);
        this.events = events;
        this.users = users;
    }

    VolumeStore store() {
        return store;
    }

    Users users() {
        return users;
    }

    /** Removes what those have left who were killed. */
    public void collectRubbish() throws IOException {
        store.collectRubbish();
    }

    /** As {@link dev.estiba.api.VolumesApi#createVolume}. */
    public Volume create(VolumeCreateRequest wanted) throws IOException {
        VolumeCreateRequest named = wanted;
        if (wanted.name().isEmpty()) {
            Map<String, String> labels = new LinkedHashMap<>(wanted.labels());
            labels.put(VolumeNames.ANONYMOUS, "");
            named = new VolumeCreateRequest(wanted.driver(), wanted.driverOpts(), labels, ContainerStore.newId());
        }
        return ensure(named, Optional.empty());
    }

    /**
     * Refuses what could not be made.
     *
     * @throws ApiException as {@link dev.estiba.api.VolumesApi#createVolume}
     */
    public void check(VolumeCreateRequest wanted) throws IOException {
        VolumeNames.check(wanted.name());
        if (!wanted.driver().isEmpty() && !wanted.driver().equals(LOCAL)) {
            throw ApiException.notFound("create " + wanted.name() + ": error looking up volume plugin "
                    + wanted.driver() + ": plugin \"" + wanted.driver() + "\" not found");
        }
        if (LocalOptions.of(wanted.name(), wanted.driverOpts()) instanceof LocalOptions.Own(long size)
                && size > 0
                && !store.isLimited()) {
            throw ApiException.badRequest("create " + wanted.name() + ": quota size requested but no quota support"
                    + " (a tmpfs has one: type=tmpfs, device=tmpfs, o=size=100m)");
        }
        Optional<Volume> known = store.find(wanted.name());
        if (known.isPresent()) {
            refuseOther(known.get(), wanted);
        }
    }

    /** dockerd keeps silent, and gives back what has other options than it was asked for. */
    private static void refuseOther(Volume known, VolumeCreateRequest wanted) throws ApiException {
        if (!wanted.driverOpts().isEmpty() && !wanted.driverOpts().equals(known.options())) {
            throw ApiException.conflict(
                    "create " + known.name() + ": a volume of that name is there with other options (" + known.options()
                            + "): remove it first, or choose another name");
        }
    }

    /**
     * The volume of that name, made where it is not there.
     *
     * @param container the one that it goes with
     */
    public Volume ensure(VolumeCreateRequest wanted, Optional<String> container) throws IOException {
        check(wanted);
        Optional<Volume> known = store.find(wanted.name());
        if (known.isPresent()) {
            return known.get();
        }
        Volume volume = new Volume(
                Instant.parse(Timestamps.now()).truncatedTo(ChronoUnit.SECONDS).toString(),
                LOCAL,
                wanted.labels(),
                store.data(wanted.name()).toString(),
                wanted.name(),
                wanted.driverOpts(),
                LOCAL,
                Optional.empty());
        try (VolumeStore.Lock lock = store.lock()) {
            known = store.find(wanted.name());
            if (known.isPresent()) {
                refuseOther(known.get(), wanted);
                return known.get();
            }
            long size =
                    LocalOptions.of(volume.name(), volume.options()) instanceof LocalOptions.Own(long most) ? most : 0;
            store.create(lock, volume, size, container);
        }
        told("create", volume, Map.of());
        return volume;
    }

    /** As {@link dev.estiba.api.VolumesApi#listVolumes}. */
    public VolumeList list(Map<String, List<String>> filters) throws IOException {
        VolumeFilters wanted = VolumeFilters.ofList(filters);
        Map<String, List<String>> used = filters.containsKey("dangling") ? users.all() : Map.of();
        List<Volume> found = new ArrayList<>();
        for (Volume volume : store.all()) {
            if (wanted.match(volume, used.containsKey(volume.name()))) {
                found.add(volume);
            }
        }
        return new VolumeList(found, List.of());
    }

    /** As {@link dev.estiba.api.VolumesApi#inspectVolume}. */
    public Volume inspect(String name) throws IOException {
        return store.find(name).orElseThrow(() -> ApiException.notFound("get " + name + ": no such volume"));
    }

    /** As {@link dev.estiba.api.VolumesApi#removeVolume}. */
    public void remove(String name, boolean force) throws IOException {
        Optional<Volume> volume = store.find(name);
        if (volume.isEmpty()) {
            if (force) {
                return;
            }
            throw ApiException.notFound("get " + name + ": no such volume");
        }
        if (!drop(volume.get(), Optional.empty())) {
            List<String> containers = wanting(name);
            throw ApiException.conflict(
                    "remove " + name + ": volume is in use - [" + String.join(", ", containers) + "]");
        }
    }

    /**
     * Removes a volume that goes with a container, unless another one wants it.
     *
     * @param container whose wish counts no more
     */
    public void removeWith(String name, String container) throws IOException {
        Optional<Volume> volume = store.find(name);
        if (volume.isPresent()) {
            drop(volume.get(), Optional.of(container));
        }
    }

    /** Who comes to want it after the look will find that it is not there, and makes another one. */
    private boolean drop(Volume volume, Optional<String> but) throws IOException {
        String gone;
        try (VolumeStore.Lock lock = store.lock()) {
            if (store.find(volume.name()).isEmpty()) {
                return true; // somebody else has removed it
            }
            List<String> containers = wanting(volume.name());
            but.ifPresent(containers::remove);
            if (!containers.isEmpty()) {
                return false;
            }
            unmount(volume.name()); // or what is mounted there would be removed as well
            gone = store.forget(lock, volume.name());
        }
        store.sweep(gone);
        told("destroy", volume, Map.of());
        return true;
    }

    /** Also those that may want it. */
    private List<String> wanting(String name) throws IOException {
        Map<String, List<String>> all = users.all();
        List<String> containers = new ArrayList<>(all.getOrDefault(name, List.of()));
        containers.addAll(all.getOrDefault(UNKNOWN, List.of()));
        return containers;
    }

    /** Takes away what is mounted over a volume's files. */
    void unmount(String name) throws IOException {
        String data = store.data(name).toString();
        boolean isMounted = true;
        while (isMounted) {
            try (Fd open = Open.absolute(data, Open.How.directory())) {
                isMounted = HostMount.isRoot(open);
            }
            if (isMounted) {
                HostMount.detach(data);
            }
        }
    }

    /** As {@link dev.estiba.api.VolumesApi#pruneVolumes}. */
    public VolumesPruned prune(Map<String, List<String>> filters) throws IOException {
        VolumeFilters wanted = VolumeFilters.ofPruning(filters);
        boolean all = wanted.flag("all");
        Map<String, List<String>> used = users.all();
        List<String> removed = new ArrayList<>();
        long space = 0;
        for (Volume volume : store.all()) {
            boolean isMeant = all || volume.labels().containsKey(VolumeNames.ANONYMOUS);
            // What has options may be somebody else's: a directory of the host, a device (moby, volume/service:
            // PruneVolumes).
            isMeant &= volume.options().isEmpty();
            if (!isMeant || used.containsKey(volume.name()) || !wanted.match(volume, false)) {
                continue;
            }
            long size = size(store.data(volume.name()));
            if (drop(volume, Optional.empty())) {
                removed.add(volume.name());
                space += size;
            }
        }
        events.publish(TYPE, "prune", "", Map.of("reclaimed", Long.toString(space)));
        return new VolumesPruned(removed, space);
    }

    /** Those whose files are the engine's own, each with what it has of the disk. */
    public List<Volume> counted() throws IOException {
        Map<String, List<String>> used = users.all();
        List<Volume> all = new ArrayList<>();
        for (Volume volume : store.all()) {
            if (volume.options().isEmpty()) {
                long count = used.getOrDefault(volume.name(), List.of()).size();
                all.add(volume.with(new VolumeUsage(size(store.data(volume.name())), count)));
            }
        }
        return all;
    }

    private static long size(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            return paths.mapToLong(path -> {
                        try {
                            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
                        } catch (IOException e) {
                            return 0;
                        }
                    })
                    .sum();
        } catch (UncheckedIOException e) {
            return 0; // it changes while it is counted
        }
    }

    /**
     * Removes what goes with containers that nobody has seen go: with the boot, or because an engine was killed.
     *
     * @param isThere whether there is a container of that id; it is written down before its volumes are made
     */
    public void sweep(Predicate<String> isThere) throws IOException {
        for (String name : store.names()) {
            Optional<String> container = store.ephemeral(name);
            if (container.isPresent() && !isThere.test(container.get())) {
                removeWith(name, container.get());
            }
        }
    }

    /** Tells of something that has happened to a volume. */
    public void told(String action, String name, Map<String, String> more) {
        Map<String, String> attributes = new LinkedHashMap<>(more);
        attributes.put("driver", LOCAL);
        events.publish(TYPE, action, name, attributes);
    }

    private void told(String action, Volume volume, Map<String, String> more) {
        told(action, volume.name(), more);
    }
}
