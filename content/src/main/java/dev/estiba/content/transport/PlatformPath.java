package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the manifest for a platform, through indexes within indexes. */
final class PlatformPath {
    private final ImageSource source;
    private final Platform wanted;
    private final List<Platform> found = new ArrayList<>();
    /** A second look at an index finds nothing new, and one that contains itself would have no end. */
    private final Set<Descriptor> seen = new HashSet<>();

    private PlatformPath(ImageSource source, Platform wanted) {
        this.source = source;
        this.wanted = wanted;
    }

    /**
     * The documents on the way, from below the root to the manifest.
     *
     * @throws NoMatchingPlatform when there is none
     */
    static List<Document> find(ImageSource source, Document root, Index index, Platform wanted) throws IOException {
        PlatformPath path = new PlatformPath(source, wanted);
        Optional<List<Document>> found = path.within(root, index);
        if (found.isEmpty()) {
            throw new NoMatchingPlatform(source.name(), wanted, path.found);
        }
        return found.get();
    }

    private Optional<List<Document>> within(Document document, Index index) throws IOException {
        ImageTree.checkBreadth(document.descriptor().digest(), index.manifests());
        Optional<Descriptor> manifest = Choice.of(index, wanted);
        if (manifest.isPresent()) {
            List<Document> path = new ArrayList<>();
            path.add(ImageTree.fetch(source, manifest.get()));
            return Optional.of(path);
        }
        found.addAll(Choice.platforms(index));
        for (Descriptor entry : index.manifests()) {
            if (MediaTypes.isIndex(entry.mediaType()) && seen.size() < ImageTree.MOST_ENTRIES && seen.add(entry)) {
                Optional<List<Document>> path = beneath(entry);
                if (path.isPresent()) {
                    return path;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<List<Document>> beneath(Descriptor entry) throws IOException {
        Document document = ImageTree.fetch(source, entry);
        if (!(ImageTree.read(document).orElseThrow() instanceof ImageReader.Document.OfIndex(Index index))) {
            throw new MalformedImage(entry.digest() + ": a manifest that is said to be an index");
        }
        Optional<List<Document>> path = within(document, index);
        path.ifPresent(all -> all.addFirst(document));
        return path;
    }
}
