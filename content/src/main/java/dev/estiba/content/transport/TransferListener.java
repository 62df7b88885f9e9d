package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;

/** Hears how far a blob is. Called by several threads at once, often, and must not wait. */
public interface TransferListener {
    TransferListener NONE = (descriptor, step) -> {};

    /** What has become of a blob. */
    sealed interface Step {
        /** It will be brought. */
        record Waiting() implements Step {}

        /**
         * So much of it has come or gone.
         *
         * @param bytes from its beginning on; fewer than before when somebody has begun again
         */
        record Moved(long bytes) implements Step {}

        /** All of it has come, and is being verified. */
        record Verifying() implements Step {}

        /** A layer is being unpacked. */
        record Unpacking(long bytes) implements Step {}

        /** It was there already. */
        record There() implements Step {}

        /** A registry has taken it from another of its repositories. */
        record Mounted(String repository) implements Step {}

        /** The same after a failure that another try may mend. */
        record Again(int seconds, String why) implements Step {}

        record Done() implements Step {}
    }

    void at(Descriptor descriptor, Step step);
}
