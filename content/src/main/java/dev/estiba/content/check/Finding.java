package dev.estiba.content.check;

import dev.estiba.oci.image.Digest;

/** One thing that is wrong in a store. */
public sealed interface Finding {
    /** For a person: what it is, and what is wrong with it. */
    String sentence();

    /**
     * A blob's bytes are not what its name says.
     *
     * @param why what they are
     */
    record DamagedBlob(Digest digest, String why) implements Finding {
        @Override
        public String sentence() {
            return "blob " + digest + " is damaged: " + why;
        }
    }

    /** @param root of an image that is made of it */
    record MissingBlob(Digest digest, Digest root) implements Finding {
        @Override
        public String sentence() {
            return "blob " + digest + " of image " + root + " is missing";
        }
    }

    /**
     * A layer's directory is not what its archive says.
     *
     * @param why the first difference
     */
    record DamagedLayer(Digest diffId, String why) implements Finding {
        @Override
        public String sentence() {
            return "layer " + diffId + " is damaged: " + why;
        }
    }

    /** @param root the image's, as the name of its record has it */
    record DamagedImage(Digest root) implements Finding {
        @Override
        public String sentence() {
            return "the record of image " + root + " is damaged";
        }
    }

    /** @param isCopy whether it is the second one, which nobody reads before the first one is lost */
    record DamagedNames(boolean isCopy) implements Finding {
        @Override
        public String sentence() {
            return isCopy
                    ? "the second record of the names is not the first one's"
                    : "the record of the names is damaged";
        }
    }

    /** A name of an image that has no record. */
    record LostImage(String name, Digest root) implements Finding {
        @Override
        public String sentence() {
            return name + " is the name of image " + root + ", of which there is no record";
        }
    }

    /**
     * What somebody who was killed has left. It takes space and does no harm.
     *
     * @param path beneath the store
     */
    record Rest(String path) implements Finding {
        @Override
        public String sentence() {
            return path + " was left by somebody who was killed";
        }
    }
}
