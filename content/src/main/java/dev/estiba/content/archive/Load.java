package dev.estiba.content.archive;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Brings all images of an archive to wherever its caller keeps them. */
public final class Load {
    private Load() {}

    /** Says where an image is brought to. */
    @FunctionalInterface
    public interface Targets {
        /** @return which is closed when the image is there, or has failed */
        ImageTarget open(ImageArchive.Image image) throws IOException;
    }

    /** Hears of each image when it is there. */
    @FunctionalInterface
    public interface Progress {
        void loaded(Loaded image);
    }

    /**
     * An image that is there.
     *
     * @param root what has its names now
     */
    public record Loaded(ImageArchive.Image image, Document root) {
        /** Docker's name of an image without one: its configuration's digest, or the index's. */
        public Digest id() {
            if (!MediaTypes.isManifest(root.descriptor().mediaType())) {
                return root.descriptor().digest();
            }
            try {
                return ImageReader.readManifest(root.bytes()).config().digest();
            } catch (DocumentException e) {
                throw new IllegalStateException("it has been read before", e);
            }
        }
    }

    /**
     * Brings them one after the other, in the archive's order. When one fails, those before it stay.
     *
     * @return what is there now, in that order
     */
    public static List<Loaded> load(
            ImageArchive archive, CopyOptions options, Targets targets, TransferListener listener, Progress progress)
            throws IOException {
        List<Loaded> all = new ArrayList<>();
        for (ImageArchive.Image image : archive.images()) {
            try (ImageSource source = archive.source(image);
                    ImageTarget target = targets.open(image)) {
                Loaded loaded = new Loaded(image, ImageCopy.copy(source, target, options, listener));
                all.add(loaded);
                progress.loaded(loaded);
            }
        }
        return List.copyOf(all);
    }
}
