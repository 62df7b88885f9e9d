package dev.estiba.content.store;

import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes of a blob could not be written: the disk is full, a quota is used up, or the device fails. */
public final class WriteFailure extends IOException {
    private static final long serialVersionUID = 1;

    /** @param at how many of its bytes have been written */
    WriteFailure(Path file, Digest digest, long size, long at, IOException cause) {
        super(
                "cannot write " + file + ": " + cause.getMessage() + "; " + (size - at) + " of the " + size
                        + " bytes of " + digest + " are still to be written" + space(file),
                cause);
    }

    private static String space(Path file) {
        try {
            return ", and its file system has " + Files.getFileStore(file).getUsableSpace() + " left";
        } catch (IOException unknown) {
            return ""; // the cause says enough
        }
    }
}
