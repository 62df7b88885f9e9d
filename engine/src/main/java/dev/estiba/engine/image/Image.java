package dev.estiba.engine.image;

import java.util.List;

/**
 * Something that a container can be made of.
 *
 * @param id {@code sha256:…} of what it is made of; for a directory, which may change, of its name
 * @param reference what the user called it
 * @param lowers directories, absolute, the uppermost first; they are never written
 */
public record Image(String id, String reference, List<String> lowers, ImageConfig config) {
    public Image {
        lowers = List.copyOf(lowers);
    }
}
