package dev.estiba.content.layout;

import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ForeignLayers;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.VerifiedInput;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An image layout that an image is put into: a new directory, an empty one, or a layout with other images, which stay. All bytes
 * wait beside the layout's until {@link #finish}, which puts them in under the directory's lock (flock(2)), so that any number of
 * processes may write to one layout.
 */
public final class LayoutTarget implements ImageTarget {
    private static final int MOST_NAMES = 1 << 16;

    private final Fd from;
    private final String path;
    private final Fd directory;
    private final boolean isNew;
    private final List<String> names;
    private final StagedBlobs stage;
    private final Map<Digest, Staged> staged = new ConcurrentHashMap<>();
    private final Map<Digest, Descriptor> there = new ConcurrentHashMap<>();
    private final Map<Digest, Document> documents = new LinkedHashMap<>();
    private boolean isFinished;

    private LayoutTarget(Fd from, String path, Fd directory, boolean isNew, Optional<String> name, StagedBlobs stage) {
        this.from = from;
        this.path = path;
        this.directory = directory;
        this.isNew = isNew;
        this.names = name.map(List::of).orElse(List.of());
        this.stage = stage;
    }

    /**
     * Opens a layout for writing, and makes its directory when there is none.
     *
     * @param from where a relative path begins; the caller's, and open as long as this
     * @param path of the layout, the user's own
     * @param name what the image is called in it, mostly a tag
     * @throws IOException also when the directory has something that is no layout
     */
    public static LayoutTarget open(Fd from, String path, Optional<String> name) throws IOException {
        boolean isNew = Directory.make(from, path, 0755);
        try {
            Fd directory = Open.at(from, path, Open.How.directory());
            try {
                check(directory, path);
                return new LayoutTarget(from, path, directory, isNew, name, StagedBlobs.in(directory));
            } catch (IOException e) {
                directory.close();
                throw e;
            }
        } catch (IOException e) {
            if (isNew) {
                Names.removeDirectory(from, path);
            }
            throw e;
        }
    }

    private static void check(Fd directory, String path) throws IOException {
        Fd lock = Open.at(directory, ".", Open.How.directory());
        try (LayoutFiles files = new DirectoryFiles(lock, "oci:" + path)) {
            Flock.lock(lock, Flock.Kind.EXCLUSIVE); // somebody may be making a layout of it
            List<Directory.Entry> entries = Directory.list(directory, MOST_NAMES);
            if (LayoutSource.isLayout(files)) {
                LayoutSource.index(files);
            } else if (!entries.stream().allMatch(each -> each.name().startsWith(".staged-"))) {
                throw new IOException("oci:" + path + ": the directory is not empty, and no image layout");
            }
        }
    }

    @Override
    public String name() {
        return "oci:" + path
                + names.stream().findFirst().map(each -> ":" + each).orElse("");
    }

    private LayoutFiles files() throws IOException {
        return new DirectoryFiles(directory.duplicate(), name());
    }

    /** Reads what is there: a blob that has rotted is brought once more. */
    @Override
    public boolean has(Descriptor descriptor) throws IOException {
        if (staged.containsKey(descriptor.digest()) || ForeignLayers.isElsewhere(descriptor)) {
            return true;
        }
        try (LayoutFiles files = files()) {
            String blob = LayoutPaths.blob(descriptor.digest());
            if (!files.size(blob).equals(Optional.of(descriptor.size()))) {
                return false;
            }
            Optional<InputStream> in = files.open(blob, 0);
            if (in.isEmpty()) {
                return false;
            }
            try (VerifiedInput verified = new VerifiedInput(in.get(), descriptor)) {
                verified.transferTo(OutputStream.nullOutputStream());
                there.put(descriptor.digest(), descriptor);
                return true;
            } catch (ContentMismatch e) {
                return false;
            }
        }
    }

    @Override
    public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        staged.put(descriptor.digest(), stage.add(descriptor, bytes, listener));
    }

    @Override
    public void document(Document document) throws IOException {
        byte[] bytes = document.bytes();
        blob(document.descriptor(), offset -> new ByteArrayInputStream(bytes), TransferListener.NONE);
        documents.put(document.descriptor().digest(), document);
    }

    @Override
    public void finish(Document root) throws IOException {
        if (!documents.containsKey(root.descriptor().digest())) {
            throw new NotThere(name() + ": " + root + " has not been brought");
        }
        // An open file of its own, since the lock belongs to that.
        try (Fd lock = Open.at(directory, ".", Open.How.directory())) {
            Flock.lock(lock, Flock.Kind.EXCLUSIVE);
            try (LayoutFiles files = files();
                    LayoutChange change = new LayoutChange(directory)) {
                Index index = LayoutSource.isLayout(files) ? LayoutSource.index(files) : LayoutIndex.empty();
                byte[] bytes = LayoutIndex.write(with(index, root));
                if (bytes.length > ImageReader.MOST_BYTES) {
                    throw new MalformedImage(name() + ": there is no room for another image in the layout's list");
                }
                checkStillThere(files);
                change.name(staged, stage);
                change.mark();
                change.index(bytes);
                isFinished = true;
            }
        }
    }

    /** A writer that failed takes its blobs back. */
    private void checkStillThere(LayoutFiles files) throws IOException {
        for (Descriptor each : there.values()) {
            if (!files.size(LayoutPaths.blob(each.digest())).equals(Optional.of(each.size()))) {
                throw new NotThere(name() + ": " + each.digest() + " was in the layout and is no more: copy again");
            }
        }
    }

    private Index with(Index index, Document root) throws IOException {
        Index changed = LayoutIndex.with(index, root.descriptor(), names);
        for (Document document : documents.values()) {
            if (!document.equals(root) && LayoutIndex.subject(document).isPresent()) {
                changed = LayoutIndex.with(changed, document.descriptor(), List.of());
            }
        }
        return changed;
    }

    @Override
    public void close() throws IOException {
        if (!directory.isOpen()) {
            return;
        }
        stage.close();
        directory.close();
        if (isNew && !isFinished) {
            removeUnlessUsed();
        }
    }

    /** Somebody else may have put an image into it meanwhile. */
    private void removeUnlessUsed() throws IOException {
        try {
            Names.removeDirectory(from, path);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }
}
