package dev.estiba.content.check;

import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.ImageSource;
import java.io.IOException;

/** Where images can be brought from again. */
@FunctionalInterface
public interface Origins {
    /**
     * @param repository one of the image's
     * @return the caller's to close
     */
    ImageSource open(StoredImage image, String repository) throws IOException;
}
