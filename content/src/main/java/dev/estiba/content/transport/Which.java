package dev.estiba.content.transport;

import dev.estiba.oci.image.Digest;

/** Which of a place's images is meant: of a layout or an archive, which may hold many. */
public sealed interface Which {
    /** The only one that is there. */
    record Only() implements Which {
        @Override
        public String toString() {
            return "";
        }
    }

    /** The one of this name, as its place writes names: a tag or a whole reference. */
    record Named(String name) implements Which {
        @Override
        public String toString() {
            return ":" + name;
        }
    }

    /** The one whose manifest has this digest; of an archive of Docker's, the one of this id. */
    record ByDigest(Digest digest) implements Which {
        @Override
        public String toString() {
            return "@" + digest;
        }
    }

    /** The one at this place in the list, from 0. */
    record At(int index) implements Which {
        public At {
            if (index < 0) {
                throw new IllegalArgumentException("a place in a list is not " + index);
            }
        }

        @Override
        public String toString() {
            return ":@" + index;
        }
    }
}
