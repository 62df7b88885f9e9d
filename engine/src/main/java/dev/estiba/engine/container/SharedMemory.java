package dev.estiba.engine.container;

import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.HostMount;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The /dev/shm of a container that others may share ({@code --ipc shareable}): mounted beneath its run directory, from where it is
 * bound into all of them. Nobody has to look for it in the donor, whose processes decide what its paths lead to.
 */
final class SharedMemory {
    private static final String NAME = "shm";
    private static final String SHAREABLE = "shareable";

    private SharedMemory() {}

    private static boolean isShareable(Locked container) {
        return container.record().request().hostConfig().ipcMode().equals(SHAREABLE);
    }

    private static Path place(Locked container) {
        return container.home().runPath().resolve(NAME);
    }

    /**
     * For a run that is about to begin.
     *
     * @return where it is; empty when it is not to be shared, or the kernel mounts nothing that is nowhere yet
     */
    static Optional<Path> make(Locked container, Optional<ContainerIds> ids) throws IOException {
        if (!isShareable(container)) {
            return Optional.empty();
        }
        release(container);
        Path place = place(container);
        if (!Files.isDirectory(place)) {
            Files.createDirectory(
                    place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        HostConfig host = container.record().request().hostConfig();
        List<String> options = new ArrayList<>(SpecBuilder.sharedMemory(host));
        if (ids.isPresent()) {
            options.add("uid=" + ids.get().rootUser());
            options.add("gid=" + ids.get().rootGroup());
        }
        try (Fd mount = DetachedMount.of("tmpfs", NAME, options);
                Fd at = Open.absolute(place.toString(), Open.How.directory().with(Open.noFollowFlag()))) {
            HostMount.attach(mount, at);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOSYS)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(place);
    }

    /** Where it is of one that runs; empty when there is none. */
    static Optional<Path> find(Locked container) throws IOException {
        return isShareable(container) && isMounted(place(container)) ? Optional.of(place(container)) : Optional.empty();
    }

    private static boolean isMounted(Path place) throws IOException {
        try (Fd at = Open.absolute(place.toString(), Open.How.directory().with(Open.noFollowFlag()))) {
            return HostMount.isRoot(at);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /** Its run has ended: who shares it goes on with it. */
    static void release(Locked container) throws IOException {
        if (isShareable(container)) {
            while (isMounted(place(container))) {
                HostMount.detach(place(container).toString());
            }
        }
    }
}
