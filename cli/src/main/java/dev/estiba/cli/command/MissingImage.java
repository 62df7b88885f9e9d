package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.PullOptions;
import dev.estiba.cli.Call;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The image of a new container, which may have to be pulled first. Standard output is left to the container. */
final class MissingImage {
    private static final String OWN = "hello", DIRECTORY = "rootfs:";

    private final Call call;
    private final String image;
    private final Optional<Reference> name;

    MissingImage(Call call, String image) {
        this.call = call;
        this.image = image;
        name = pullable(image);
    }

    /** What no registry has: a directory, and the image that this program carries. */
    static boolean isOfThisProgram(String image) {
        return image.equals(OWN) || image.startsWith(DIRECTORY);
    }

    /** What is no name of a registry's, such as an ID, is only looked for here. */
    private static Optional<Reference> pullable(String image) {
        if (isOfThisProgram(image)) {
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

    /** What else the name may stand for, when it names no registry: the caller's configuration says it. */
    List<String> others() throws IOException {
        if (name.isEmpty() || Reference.isQualified(image)) {
            return List.of();
        }
        String usual = name.get().familiar();
        return call.engine().meantImages(usual, Registries.access(call.caller())).stream()
                .filter(each -> !each.equals(usual))
                .toList();
    }

    /** The name that it has here then. */
    String pull() throws IOException, PullFailure {
        if (name.isEmpty()) {
            return image;
        }
        String asked = Registries.asked(image, name.get());
        String platform = call.flags().text("platform");
        AtomicReference<String> pulled = new AtomicReference<>(image);
        try {
            PullOptions options = new PullOptions(
                    platform.isEmpty() ? List.of() : List.of(platform),
                    false,
                    false,
                    false,
                    Registries.access(call.caller()));
            Transfer transfer = to -> pulled.set(call.engine().pullImage(asked, options, to));
            if (call.flags().isOn("quiet")) {
                Transfer.quietly(call, transfer);
            } else {
                Transfer.show(call, 2, transfer);
            }
        } catch (ApiException e) {
            throw new PullFailure(e);
        }
        // A name that stands for itself stays as it was written.
        return Reference.parse(pulled.get()).equals(name.get()) ? image : pulled.get();
    }
}
