package dev.estiba.content.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A directory of images. It holds nothing, so it need not be closed; any number of threads and processes have it open at once, and
 * whoever of them is killed leaves nothing that the next collection would not take away.
 */
public final class Store {
    private final StoreDirectory directory;

    private Store(StoreDirectory directory) {
        this.directory = directory;
    }

    /** @param root absolute; made when it is missing, of mode 0700 */
    public static Store open(Path root) throws IOException {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("the store needs an absolute path: " + root);
        }
        StoreDirectory directory = new StoreDirectory(root);
        try {
            directory.make();
        } catch (IOException e) {
            throw StorageFailure.explained(e, root);
        }
        return new Store(directory);
    }

    public Path root() {
        return directory.root();
    }

    public Blobs blobs() {
        return new Blobs(directory);
    }

    public Layers layers() {
        return new Layers(directory);
    }

    public Images images() {
        return new Images(directory);
    }

    /** One that is kept remembers what it has read. */
    public Catalogue catalogue() {
        return new Catalogue(directory);
    }

    public Pins pins() {
        return new Pins(directory);
    }

    /** Where who spools something makes a file of his own, which he removes; a collection removes what is days old. */
    public Path spool() {
        return directory.spool();
    }

    /** The caller's to close. */
    public Lease lease() throws IOException {
        return Lease.begin(directory);
    }

    /** @param lease of who brings it in; it must live until images that were made of it have their records */
    public Intake intake(Lease lease) {
        return new Intake(directory, lease);
    }

    public Repairs repairs() {
        return new Repairs(directory);
    }

    public Repositories repositories() {
        return new Repositories(directory);
    }

    public Collector collector() {
        return new Collector(directory);
    }
}
