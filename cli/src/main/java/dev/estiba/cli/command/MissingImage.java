package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.PullOptions;
import dev.estiba.cli.Call;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The image of a new container, which may have to be pulled first. Standard output is left to the container. */
final class MissingImage {
    private static final String OWN = "hello", DIRECTORY = "rootfs:";

    private final Call call;
    private final Optional<Reference> name;

    MissingImage(Call call, String image) {
        this.call = call;
        name = pullable(image);
    }

    /** What is no name of a registry's, such as an ID, is only looked for here. */
    private static Optional<Reference> pullable(String image) {
        if (image.equals(OWN) || image.startsWith(DIRECTORY)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Reference.parse(image).tagged());
        } catch (IllegalArgumentException noName) {
            return Optional.empty(); // the engine says what is wrong with it
        }
    }

    /** Whether a container was refused because the image, or the one for its platform, is not here. */
    boolean isMeantBy(ApiException refusal) {
        boolean isOfImage =
                refusal.message().contains("No such image") || refusal.message().contains("image with reference");
        return name.isPresent() && refusal.status() == ApiException.NOT_FOUND && isOfImage;
    }

    void announce() throws IOException {
        if (name.isPresent() && !call.flags().isOn("quiet")) {
            call.complain("Unable to find image '" + name.get().familiar() + "' locally");
        }
    }

    void pull() throws IOException, PullFailure {
        if (name.isEmpty()) {
            return;
        }
        String reference = name.get().familiar();
        String platform = call.flags().text("platform");
        try {
            PullOptions options = new PullOptions(
                    platform.isEmpty() ? List.of() : List.of(platform),
                    false,
                    false,
                    false,
                    Registries.access(call.caller()));
            if (call.flags().isOn("quiet")) {
                Transfer.quietly(call, to -> call.engine().pullImage(reference, options, to));
            } else {
                Transfer.show(call, 2, to -> call.engine().pullImage(reference, options, to));
            }
        } catch (ApiException e) {
            throw new PullFailure(e);
        }
    }
}
