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
 * The manifests that are selected of an image, with the indexes above them: for a place that remembers where a manifest has come
 * from, and keeps the index though it has not all that it names.
 *
 * @param documents the root among them, each behind what it names
 */
public record SelectedDocuments(Document root, List<Document> documents) {
    public SelectedDocuments {
        documents = List.copyOf(documents);
    }

    /**
     * @throws NotThere when the place lacks one
     * @throws NoMatchingPlatform when a platform is selected that the image does not have
     * @throws MalformedImage when it has no end, or more parts than images have
     */
    public static SelectedDocuments of(ImageSource source, Selection selection) throws IOException {
        Document root = source.root();
        ImageTree tree = new ImageTree(source);
        switch (selection) {
            case Selection.All all -> tree.add(root, entry -> true, ImageTree.Missing.IS_AN_ERROR);
            case Selection.Present present -> tree.add(root, entry -> true, ImageTree.Missing.IS_LEFT_OUT);
            case Selection.Best(Platform host) -> these(source, tree, root, List.of(host));
            case Selection.These(List<Platform> platforms) -> these(source, tree, root, platforms);
        }
        return new SelectedDocuments(root, List.copyOf(tree.documents()));
    }

    private static void these(ImageSource source, ImageTree tree, Document root, List<Platform> platforms)
            throws IOException {
        Set<Digest> kept = new HashSet<>();
        if (ImageTree.read(root).orElse(null) instanceof ImageReader.Document.OfIndex(Index index)) {
            for (Platform platform : platforms) {
                PlatformPath.find(source, root, index, platform)
                        .forEach(each -> kept.add(each.descriptor().digest()));
            }
        }
        Predicate<Descriptor> keeps = entry -> kept.contains(entry.digest());
        tree.add(root, keeps, ImageTree.Missing.IS_AN_ERROR);
    }
}
