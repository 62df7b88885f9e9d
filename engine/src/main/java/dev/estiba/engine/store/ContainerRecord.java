package dev.estiba.engine.store;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.Mount;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a container is; it changes its name and its networks.
 *
 * @param id 64 hex digits
 * @param created RFC 3339, UTC
 * @param imageId of the image that it was made of
 * @param lowers that image's directories
 * @param ephemeral whether it goes when it has ended ({@code --rm}), and with the boot
 * @param request as it was made, with what the image adds
 * @param inherited what is mounted in it because it was mounted in others when it was made
 * @param project by whose quota what it writes is limited ({@link Projects})
 */
public record ContainerRecord(
        String id,
        String name,
        String created,
        String imageId,
        List<String> lowers,
        boolean ephemeral,
        CreateRequest request,
        List<Mount> inherited,
        OptionalLong project) {
    static final int VERSION = 1;

    public ContainerRecord {
        lowers = List.copyOf(lowers);
        inherited = List.copyOf(inherited);
    }

    /** Of one that may write as much as there is. */
    public ContainerRecord(
            String id,
            String name,
            String created,
            String imageId,
            List<String> lowers,
            boolean ephemeral,
            CreateRequest request,
            List<Mount> inherited) {
        this(id, name, created, imageId, lowers, ephemeral, request, inherited, OptionalLong.empty());
    }

    /** Of one that inherits nothing. */
    public ContainerRecord(
            String id,
            String name,
            String created,
            String imageId,
            List<String> lowers,
            boolean ephemeral,
            CreateRequest request) {
        this(id, name, created, imageId, lowers, ephemeral, request, List.of());
    }

    public ContainerRecord with(CreateRequest other) {
        return new ContainerRecord(id, name, created, imageId, lowers, ephemeral, other, inherited, project);
    }

    public ContainerRecord withName(String other) {
        return new ContainerRecord(id, other, created, imageId, lowers, ephemeral, request, inherited, project);
    }
}
