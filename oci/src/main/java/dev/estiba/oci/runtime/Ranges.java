package dev.estiba.oci.runtime;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Ranges of the specification's integers, for constructors; the reader checks them first and names the place. */
final class Ranges {
    static final long MAX_UINT32 = 0xffff_ffffL;

    private Ranges() {}

    static void uint32(String field, long value) {
        if (value < 0 || value > MAX_UINT32) {
            throw new IllegalArgumentException(field + ": " + value + " is not between 0 and " + MAX_UINT32);
        }
    }

    static void uint32(String field, OptionalLong value) {
        if (value.isPresent()) {
            uint32(field, value.getAsLong());
        }
    }

    static void between(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": " + value + " is not between " + least + " and " + most);
        }
    }

    static void between(String field, OptionalInt value, int least, int most) {
        if (value.isPresent()) {
            between(field, value.getAsInt(), least, most);
        }
    }
}
