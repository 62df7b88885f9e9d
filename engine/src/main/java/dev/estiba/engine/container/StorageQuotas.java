package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.StorageSize;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.Projects;
import dev.estiba.engine.store.UnreadableRecord;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** {@code --storage-opt size=}: what a container writes over its image is limited by the quota of a project of its own. */
final class StorageQuotas {
    private static final Logger LOG = System.getLogger(StorageQuotas.class.getName());
    /** Both directories of an overlay: it moves files from one to the other, which it could not between projects. */
    private static final List<String> DIRECTORIES = List.of("work", "upper");

    private StorageQuotas() {}

    /**
     * The project of a container that is about to be made; empty when it may write as much as there is.
     *
     * @throws ApiException in dockerd's words (moby, overlay2: CreateReadWrite) where there are no such quotas
     */
    static OptionalLong project(HostConfig host, Context context) throws IOException {
        OptionalLong size = StorageSize.of(host);
        if (size.isEmpty()) {
            return OptionalLong.empty();
        }
        Projects projects = new Projects(context.paths().dataRoot());
        if (context.facts().lent().isPresent() || !projects.areLimited()) {
            throw ApiException.serverError(
                    "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        }
        return size.getAsLong() == 0 ? OptionalLong.empty() : OptionalLong.of(projects.free(taken(context)));
    }

    private static Set<Long> taken(Context context) throws IOException {
        Set<Long> taken = new HashSet<>();
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().look(id);
            if (home.isPresent()) {
                try (Home open = home.get()) {
                    open.record().ifPresent(record -> record.project().ifPresent(taken::add));
                } catch (UnreadableRecord e) {
                    LOG.log(Level.WARNING, e.getMessage());
                }
            }
        }
        return taken;
    }

    /** Before anything can be written: of a container whose engine was killed meanwhile, at its next start. */
    static void ensure(Locked container, Context context) throws IOException {
        OptionalLong project = container.record().project();
        if (project.isEmpty()) {
            return;
        }
        long size = StorageSize.of(container.record().request().hostConfig()).orElse(0);
        Projects projects = new Projects(context.paths().dataRoot());
        if (!projects.areLimited()) {
            throw ApiException.serverError("the container may write " + size
                    + " bytes (--storage-opt size=), and nothing limits it: the file system of "
                    + context.paths().dataRoot() + " is not mounted with prjquota any more");
        }
        for (String name : DIRECTORIES) {
            try (Fd directory = Open.at(container.home().data(), name, Open.How.directory())) {
                projects.limit(directory, project.getAsLong(), size);
            }
        }
    }

    /** Why a copy cannot take an overlay's place; empty where it may. */
    static Optional<String> refusal(ContainerRecord record) {
        return record.project().isPresent()
                ? Optional.of("--storage-opt size= needs an overlay, and there can be none")
                : Optional.empty();
    }

    /** The container has gone, with all that it has written. */
    static void giveBack(ContainerRecord record, Context context) {
        if (record.project().isEmpty()) {
            return;
        }
        try {
            new Projects(context.paths().dataRoot()).giveBack(record.project().getAsLong());
        } catch (IOException e) {
            // Nobody will have that number again: no container is in the way of another one.
            LOG.log(
                    Level.WARNING,
                    "the quota of the container " + record.id() + " could not be given back: " + e.getMessage());
        }
    }
}
