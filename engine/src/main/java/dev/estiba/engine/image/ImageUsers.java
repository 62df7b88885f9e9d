package dev.estiba.engine.image;

import java.io.IOException;
import java.util.List;

/** Asks which containers are made of images. */
@FunctionalInterface
public interface ImageUsers {
    /**
     * @param id the container's
     * @param imageId what it is made of, as {@link Image#id} has it
     */
    record User(String id, String imageId, boolean runs) {}

    List<User> all() throws IOException;
}
