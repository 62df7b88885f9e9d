package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Brings an image from one place to another: blobs side by side, then documents, each behind what it names, then the name. What
 * is copied is not changed, so digests stay. When it fails the target has not been finished, and closing it undoes the rest.
 */
public final class ImageCopy {
    private final ImageSource source;
    private final ImageTarget target;
    private final CopyOptions options;
    private final ImageTree tree;

    private ImageCopy(ImageSource source, ImageTarget target, CopyOptions options) {
        this.source = source;
        this.target = target;
        this.options = options;
        this.tree = new ImageTree(source);
    }

    /**
     * Copies. Both places stay the caller's to close, and are closed when its thread is interrupted.
     *
     * @return what has the name at the target now: the root, or the manifest that was chosen
     * @throws NotThere when something of it is missing at the source
     * @throws NoMatchingPlatform when a platform is selected that it does not have
     * @throws MalformedImage when it has no end, or more parts than images have
     * @throws ContentMismatch when some bytes are not what their digest says
     */
    public static Document copy(ImageSource source, ImageTarget target, CopyOptions options, TransferListener listener)
            throws IOException {
        return new ImageCopy(source, target, options).copy(listener);
    }

    private Document copy(TransferListener listener) throws IOException {
        Document root = select(source.root());
        if (options.referrers()) {
            ReferrerDocuments.add(source, tree, List.of());
        }
        new BlobTransfers(source, target, listener).bring(tree.blobs());
        for (Document document : tree.documents()) {
            target.document(document);
        }
        target.finish(root);
        return root;
    }

    /** Takes in what is selected; gives what gets the name. */
    private Document select(Document root) throws IOException {
        return switch (options.selection()) {
            case Selection.All all -> whole(root, ImageTree.Missing.IS_AN_ERROR);
            case Selection.Present present -> whole(root, ImageTree.Missing.IS_LEFT_OUT);
            case Selection.Best(Platform host) -> these(root, List.of(host));
            case Selection.These(List<Platform> platforms) -> these(root, platforms);
        };
    }

    private Document whole(Document root, ImageTree.Missing missing) throws IOException {
        tree.add(root, entry -> true, missing);
        if (missing == ImageTree.Missing.IS_LEFT_OUT && tree.documents().size() == 1 && isIndex(root)) {
            throw new NotThere(source.name() + ": the index is there, and none of what it names");
        }
        return root;
    }

    private static boolean isIndex(Document document) throws MalformedImage {
        return ImageTree.read(document)
                .filter(ImageReader.Document.OfIndex.class::isInstance)
                .isPresent();
    }

    private Document these(Document root, List<Platform> platforms) throws IOException {
        if (!(ImageTree.read(root).orElse(null) instanceof ImageReader.Document.OfIndex(Index index))) {
            tree.add(root, entry -> true, ImageTree.Missing.IS_AN_ERROR);
            return root;
        }
        Set<Digest> kept = new HashSet<>();
        Document last = root;
        for (Platform platform : platforms) {
            for (Document each : PlatformPath.find(source, root, index, platform)) {
                kept.add(each.descriptor().digest());
                last = each;
            }
        }
        Document chosen = platforms.size() == 1 ? last : root;
        Predicate<Descriptor> keeps =
                entry -> kept.contains(entry.digest()) || options.referrers() && isSaidOf(kept, entry);
        tree.add(chosen, keeps, ImageTree.Missing.IS_AN_ERROR);
        return chosen;
    }

    /** BuildKit's attestations are entries of the index beside what they are said of. */
    private static boolean isSaidOf(Set<Digest> manifests, Descriptor entry) {
        String subject = entry.annotations().getOrDefault(Choice.ATTESTED, "");
        return Digest.parse(subject).filter(manifests::contains).isPresent();
    }
}
