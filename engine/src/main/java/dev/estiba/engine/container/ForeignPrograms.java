package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.Images;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.util.Optional;

/** Says before a start, or after it, why "exec format error" is all that the kernel has to say (execve(2), ENOEXEC). */
final class ForeignPrograms {
    private static final String ERROR = "exec format error";

    private final Images images;

    ForeignPrograms(Images images) {
        this.images = images;
    }

    /** Of an image whose programs do not run here; empty for all others. */
    Optional<String> warning(Image image) throws IOException {
        Optional<Platform> platform = image.stored().map(Image.Stored::platform);
        return platform.isEmpty() || images.runs(platform.get())
                ? Optional.empty()
                : Optional.of("the image's programs are for " + platform.get() + ", and would end with \"" + ERROR
                        + "\": " + advice());
    }

    private String advice() {
        return "this machine runs " + images.host() + ". Say --platform " + images.host()
                + " for the image's own variant, where it has one, or install an emulator (qemu-user-static, which"
                + " binfmt_misc tells the kernel of)";
    }

    /** The same failure, with what is known about the program. */
    ApiException explained(ContainerRecord record, ApiException why) throws IOException {
        if (!why.message().contains(ERROR)) {
            return why;
        }
        Optional<Platform> platform = images.platform(record.id(), record.imageId());
        String more = platform.isPresent() && !images.runs(platform.get())
                ? "the image is for " + platform.get() + ", and " + advice()
                : "the file is neither a program for " + images.host() + " nor a script that begins with #!";
        return new ApiException(why.status(), why.message() + ": " + more, why);
    }
}
