package dev.estiba.engine.image;

import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An index in memory, and some of the images that it names. */
record SeveralImages(List<MadeImage> images, Document root) implements ImageSource {
    static SeveralImages of(List<MadeImage> images, List<Descriptor> named) {
        byte[] index = ImageWriter.write(
                new Index(Optional.of(MediaTypes.INDEX), Optional.empty(), named, Optional.empty(), Map.of()));
        return new SeveralImages(images, Document.of(MediaTypes.INDEX, index));
    }

    private interface Asked<T> {
        T of(MadeImage image) throws IOException;
    }

    private <T> T first(Asked<T> asked) throws IOException {
        for (MadeImage image : images) {
            try {
                return asked.of(image);
            } catch (NotThere e) {
                continue; // another one's
            }
        }
        throw new NotThere("none of them has it");
    }

    @Override
    public String name() {
        return "several images";
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return first(image -> image.document(descriptor));
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        return first(image -> image.blob(descriptor, offset));
    }

    @Override
    public void close() {
        // nothing is held
    }
}
