package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.api.Volume;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.HostMount;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where volumes are while containers have them. A volume that is a file system is mounted as long as a container that wants it runs,
 * or is about to: who starts one holds the volume's directory (flock(2), shared) until it runs, and nobody unmounts meanwhile.
 */
public final class Places {
    private final Volumes volumes;

    /**
     * A volume that a container is about to have.
     *
     * @param directory its files
     * @param isOwn whether these are the engine's, and not a directory or a file system that somebody else knows
     * @param held keeps it there
     */
    public record Place(Path directory, boolean isOwn, Optional<Fd> held) implements AutoCloseable {
        @Override
        public void close() {
            held.ifPresent(Fd::close);
        }
    }

    public Places(Volumes volumes) {
        this.volumes = volumes;
    }

    /** @throws ApiException 500 when it cannot be mounted, in Docker's words */
    public Place take(Volume volume) throws IOException {
        Path data = volumes.store().data(volume.name());
        return switch (LocalOptions.of(volume.name(), volume.options())) {
            case LocalOptions.Own(long size) -> new Place(data, true, Optional.empty());
            case LocalOptions.Bind(String directory, boolean recursive) -> {
                if (!Files.exists(Path.of(directory))) {
                    throw failed(data, directory, "flags: 0x1000", "no such file or directory");
                }
                yield new Place(Path.of(directory), false, Optional.empty());
            }
            case LocalOptions.FileSystem(String type, String device, List<String> options) -> {
                Fd held = Open.absolute(volumes.store().directory(volume.name()).toString(), Open.How.directory());
                boolean there = false;
                try {
                    Flock.lock(held, Flock.Kind.SHARED);
                    mount(data, type, device, options);
                    there = true;
                    yield new Place(data, false, Optional.of(held));
                } finally {
                    if (!there) {
                        held.close();
                    }
                }
            }
        };
    }

    private void mount(Path data, String type, String device, List<String> options) throws IOException {
        try (VolumeStore.Lock lock = volumes.store().lock();
                Fd place = Open.absolute(data.toString(), Open.How.directory().with(Open.noFollowFlag()))) {
            if (HostMount.isRoot(place)) {
                return;
            }
            try (Fd mount = DetachedMount.of(type, device, options)) {
                HostMount.attach(mount, place);
            } catch (ErrnoException e) {
                throw failed(data, device, "data: " + String.join(",", options), String.valueOf(e.getMessage()));
            }
        }
    }

    /** @param how what the kernel was told beside */
    private static ApiException failed(Path data, String device, String how, String why) {
        return ApiException.serverError(
                "error while mounting volume '" + data + "': failed to mount local volume: mount " + device + ":" + data
                        + ", " + how + ": " + why.toLowerCase(Locale.ROOT));
    }

    /**
     * Unmounts a volume that nobody has any more.
     *
     * @param isUp whether a container of that id runs
     */
    public void release(String name, Predicate<String> isUp) throws IOException {
        Optional<Volume> volume = volumes.store().find(name);
        if (volume.isEmpty() || !(LocalOptions.of(name, volume.get().options()) instanceof LocalOptions.FileSystem)) {
            return;
        }
        List<String> containers = volumes.users().all().getOrDefault(name, List.of());
        try (Fd directory = Open.absolute(volumes.store().directory(name).toString(), Open.How.directory())) {
            // Who starts a container while this is held waits a moment, and mounts it again.
            if (Flock.tryLock(directory, Flock.Kind.EXCLUSIVE)
                    && containers.stream().noneMatch(isUp)) {
                volumes.unmount(name);
            }
        }
    }

    /** The same for all of them: of those that nobody has seen end. */
    public void releaseAll(Predicate<String> isUp) throws IOException {
        for (String name : volumes.store().names()) {
            release(name, isUp);
        }
    }

    /** A volume's directory, in which what is about to become its files is put together. */
    public Fd open(String name) throws IOException {
        return Open.absolute(volumes.store().directory(name).toString(), Open.How.directory());
    }

    /** What a volume's files are called in there. */
    public String data() {
        return VolumeStore.DATA;
    }
}
