package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a place has that says something of documents, such as signatures and lists of what is in an image, and what says something of that
 * in turn.
 *
 * @param documents each behind what it names
 * @param blobs each once
 */
public record ReferrerDocuments(List<Document> documents, List<Descriptor> blobs) {
    /** Signatures of attestations of signatures. */
    private static final int DEEPEST = 8;

    public ReferrerDocuments {
        documents = List.copyOf(documents);
        blobs = List.copyOf(blobs);
    }

    /** @throws MalformedImage when it has no end, or more parts than images have */
    public static ReferrerDocuments of(ImageSource source, Collection<Document> subjects) throws IOException {
        ImageTree tree = new ImageTree(source);
        add(source, tree, subjects);
        return new ReferrerDocuments(List.copyOf(tree.documents()), List.copyOf(tree.blobs()));
    }

    /** Takes in what says something of these documents, or of those that the tree has. */
    static void add(ImageSource source, ImageTree tree, Collection<Document> more) throws IOException {
        Set<Digest> asked = new HashSet<>();
        for (int depth = 0; depth < DEEPEST; depth++) {
            List<Document> subjects = Stream.concat(more.stream(), tree.documents().stream())
                    .filter(each -> asked.add(each.descriptor().digest()))
                    .toList();
            for (Document subject : subjects) {
                List<Descriptor> referrers =
                        source.referrers(subject.descriptor().digest());
                ImageTree.checkBreadth(subject.descriptor().digest(), referrers);
                for (Descriptor referrer : referrers) {
                    tree.add(ImageTree.fetch(source, referrer), entry -> true, ImageTree.Missing.IS_AN_ERROR);
                }
            }
        }
    }
}
