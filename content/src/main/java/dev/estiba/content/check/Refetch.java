package dev.estiba.content.check;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Brings one blob again, from where its images came. */
record Refetch(Store store, Lease lease, Origins origins) {
    private static final int CHUNK = 128 << 10;

    /** @param names of all images */
    Outcome bring(Wanted.Blob blob, Map<String, Digest> names) throws IOException {
        Optional<String> failure = Optional.empty();
        for (StoredImage image : blob.images()) {
            for (String repository : image.repositories()) {
                try (ImageSource source = origins.open(image, repository)) {
                    if (isBrought(blob.descriptor(), source)) {
                        return new Outcome.Repaired("it was brought again from " + repository);
                    }
                    return new Outcome.Left("somebody else is bringing it in this moment: look again later");
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    failure = Optional.of(repository + ": " + e.getMessage());
                }
            }
        }
        return left(blob, failure, names);
    }

    /** A blob that is not there is brought by the next pull, one that is damaged is not. */
    private Outcome left(Wanted.Blob blob, Optional<String> failure, Map<String, Digest> names) throws IOException {
        if (store.blobs().has(blob.descriptor().digest())) {
            List<String> users = store.repairs().remove(blob.descriptor().digest(), lease);
            if (!users.isEmpty()) {
                return new Outcome.Left(failure.map(each -> each + "; ").orElse("")
                        + "it is in use by somebody at work: 'estiba system check --repair' later");
            }
        }
        return new Outcome.Left(failure.map(each -> "it could not be brought again (" + each + "): ")
                        .orElse("its image came from no registry: ")
                + command(blob, failure.isPresent(), names));
    }

    private static String command(Wanted.Blob blob, boolean isOfARegistry, Map<String, Digest> names) {
        TreeSet<String> mine = new TreeSet<>();
        for (StoredImage image : blob.images()) {
            names.forEach((name, root) -> {
                if (root.equals(image.root().digest())) {
                    mine.add(name);
                }
            });
        }
        if (isOfARegistry && !mine.isEmpty()) {
            return "'estiba pull " + mine.first() + "' when it can be reached";
        }
        String image = mine.isEmpty() ? blob.images().getFirst().id().toString() : mine.first();
        return isOfARegistry
                ? "'estiba system check --repair' when it can be reached"
                : "'estiba load' or 'estiba import' it again, or 'estiba rmi " + image + "'";
    }

    private boolean isBrought(Descriptor blob, ImageSource source) throws IOException {
        try (InputStream in = open(blob, source);
                Intake intake = store.intake(lease)) {
            Optional<Ingest> begun = intake.tryReplace(blob.digest(), blob.size());
            if (begun.isPresent() && begun.get().isResumed()) {
                intake.discard(begun.get());
                begun = intake.tryReplace(blob.digest(), blob.size());
            }
            if (begun.isEmpty()) {
                return false;
            }
            byte[] buffer = new byte[CHUNK];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                begun.get().write(buffer, 0, n);
            }
            begun.get().complete();
            intake.commit();
            return true;
        }
    }

    private static InputStream open(Descriptor blob, ImageSource source) throws IOException {
        boolean isDocument = MediaTypes.isManifest(blob.mediaType()) || MediaTypes.isIndex(blob.mediaType());
        return isDocument ? new ByteArrayInputStream(source.document(blob).bytes()) : source.blob(blob, 0);
    }
}
