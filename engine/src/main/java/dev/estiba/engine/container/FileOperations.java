package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.ArchiveSink;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.FileChange;
import dev.estiba.api.PathStat;
import dev.estiba.content.inspect.ContainerLayer;
import dev.estiba.content.inspect.MergedArchive;
import dev.estiba.content.inspect.Owners;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.files.ArchiveReading;
import dev.estiba.engine.files.ArchiveWriting;
import dev.estiba.engine.files.ContainerPath;
import dev.estiba.engine.image.Committing;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.spec.UserIds;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Reference;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code cp}, {@code diff}, {@code export} and {@code commit}. */
final class FileOperations {
    private static final int MOST_CHANGES = 500_000;
    private static final int BUFFER = 256 << 10;

    private final Context context;
    private final Stopper stopper;
    private final FileTrees trees;
    private final ArchiveWriting writing = new ArchiveWriting();
    private final Committing committing;

    FileOperations(Context context, Stopper stopper, ContainerVolumes volumes) {
        this.context = context;
        this.stopper = stopper;
        this.trees = new FileTrees(context, volumes);
        this.committing = new Committing(context.images());
    }

    /** A container's root directory as it was found, and what is known of the container. */
    private record Opened(Fd root, Owners owners) implements AutoCloseable {
        @Override
        public void close() {
            root.close();
        }
    }

    /** For reading: who reads slowly holds nobody up, since the lock is not held any more when this returns. */
    private Opened open(String reference) throws IOException {
        trees.refuseRootless();
        try (Locked container = context.lock(reference)) {
            Owners owners = trees.ids(container).map(ContainerIds::inContainer).orElse(Owners.SAME);
            return new Opened(trees.root(container).root(), owners);
        }
    }

    PathStat stat(String reference, String path) throws IOException {
        ContainerPath where = ContainerPath.of(path);
        try (Opened container = open(reference)) {
            return ArchiveReading.stat(container.root(), where, reference);
        }
    }

    void read(String reference, String path, ArchiveSink to) throws IOException {
        ContainerPath where = ContainerPath.of(path);
        try (Opened container = open(reference)) {
            ArchiveReading.pack(container.root(), where, reference, container.owners(), to);
        }
        happened(reference, "archive-path");
    }

    /** Of one that does not run, its lock is held: a start in the middle would mount the same directories a second time. */
    void write(String reference, String path, InputStream from, ArchiveOptions options) throws IOException {
        ContainerPath where = ContainerPath.of(path);
        trees.refuseRootless();
        try (Locked container = context.lock(reference)) {
            FileTrees.Root found = trees.root(container);
            try (Fd root = found.root()) {
                if (found.isRunning()) {
                    container.close();
                }
                write(container, root, where, reference, from, options);
            }
        }
        happened(reference, "extract-to-dir");
    }

    private void write(
            Locked container, Fd root, ContainerPath path, String reference, InputStream from, ArchiveOptions options)
            throws IOException {
        SpecBuilder spec =
                SpecBuilder.of(container.record().id(), container.record().request(), context.facts());
        Optional<ArchiveWriting.Owner> user = Optional.empty();
        if (options.toUser() && !container.record().request().config().user().isEmpty()) {
            UserIds ids = spec.userIds(root);
            user = Optional.of(new ArchiveWriting.Owner(ids.uid(), ids.gid()));
        }
        Owners onDisk = spec.ids()
                .filter(each -> !each.isSame())
                .map(ContainerIds::onDisk)
                .orElse(Owners.SAME);
        boolean isReadOnly = container.record().request().hostConfig().readonlyRootfs();
        writing.unpack(root, path, reference, isReadOnly, from, new ArchiveWriting.Ownership(onDisk, user), options);
    }

    private FileTrees.Trees trees(String reference) throws IOException {
        trees.refuseRootless();
        try (Locked container = context.lock(reference)) {
            return trees.trees(container);
        }
    }

    List<FileChange> changes(String reference) throws IOException {
        FileTrees.Trees found = trees(reference);
        return ContainerLayer.changes(found.image(), found.container(), found.points(), MOST_CHANGES).stream()
                .map(each -> new FileChange(
                        switch (each.kind()) {
                            case ADDED -> FileChange.Kind.ADDED;
                            case CHANGED -> FileChange.Kind.CHANGED;
                            case REMOVED -> FileChange.Kind.REMOVED;
                        },
                        "/" + new String(each.path().toArray(), StandardCharsets.UTF_8)))
                .toList();
    }

    void export(String reference, OutputStream to) throws IOException {
        FileTrees.Trees found = trees(reference);
        MergedArchive.write(found.container(), new BufferedOutputStream(to, BUFFER));
        happened(reference, "export");
    }

    String commit(String reference, CommitOptions options) throws IOException {
        FileTrees.Trees found;
        Committing.Source source;
        boolean isRunning;
        trees.refuseRootless();
        try (Locked container = context.lock(reference)) {
            found = trees.trees(container);
            source = new Committing.Source(
                    container.record().id(),
                    container.record().imageId(),
                    container.record().request().config());
            isRunning = context.status(container) instanceof Status.Running(int pid, boolean paused) && !paused;
        }
        String name = committing
                .check(options, source.config())
                .map(Reference::familiar)
                .orElse("");
        boolean isPaused = options.pause() && isRunning && pause(source.container());
        try {
            String id = commit(found, source, options);
            happened(
                    source.container(),
                    "commit",
                    Map.of("comment", options.comment(), "imageID", id, "imageRef", name));
            return id;
        } finally {
            if (isPaused) {
                unpause(source.container());
            }
        }
    }

    private String commit(FileTrees.Trees found, Committing.Source source, CommitOptions options) throws IOException {
        Optional<Committing.Base> base = committing.base(source);
        return committing.commit(source, base, options, to -> {
            if (base.isPresent()) {
                ContainerLayer.write(found.image(), found.container(), found.points(), to);
            } else {
                MergedArchive.write(found.container(), to);
            }
        });
    }

    /** False when there is nothing to pause any more, or somebody else has. */
    private boolean pause(String id) throws IOException {
        try {
            stopper.pause(id);
            return true;
        } catch (ApiException e) {
            if (e.status() == ApiException.CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    /** Whatever has become of it meanwhile. */
    private void unpause(String id) throws IOException {
        try {
            stopper.unpause(id);
        } catch (ApiException e) {
            if (e.status() != ApiException.CONFLICT && e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
        }
    }

    private void happened(String reference, String action) throws IOException {
        happened(reference, action, Map.of());
    }

    private void happened(String reference, String action, Map<String, String> more) throws IOException {
        try (Locked container = context.look(reference)) {
            Happened.to(context, container.record(), action, more);
        } catch (ApiException e) {
            assert e.status() == ApiException.NOT_FOUND : e; // it was removed meanwhile
        }
    }
}
