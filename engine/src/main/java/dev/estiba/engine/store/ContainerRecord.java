package dev.estiba.engine.store;

import dev.estiba.api.CreateRequest;
import java.util.List;

/**
 * What a container is; it changes its name and its networks.
 *
 * @param id 64 hex digits
 * @param created RFC 3339, UTC
 * @param imageId of the image that it was made of
 * @param lowers that image's directories
 * @param ephemeral whether it goes when it has ended ({@code --rm}), and with the boot
 * @param request as it was made, with what the image adds
 */
public record ContainerRecord(
        String id,
        String name,
        String created,
        String imageId,
        List<String> lowers,
        boolean ephemeral,
        CreateRequest request) {
    static final int VERSION = 1;

    public ContainerRecord {
        lowers = List.copyOf(lowers);
    }

    public ContainerRecord with(CreateRequest other) {
        return new ContainerRecord(id, name, created, imageId, lowers, ephemeral, other);
    }

    public ContainerRecord withName(String other) {
        return new ContainerRecord(id, other, created, imageId, lowers, ephemeral, request);
    }
}
