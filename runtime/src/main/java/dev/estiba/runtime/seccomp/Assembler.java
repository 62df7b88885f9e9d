package dev.estiba.runtime.seccomp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a classic BPF program from its last instruction to its first.
 *
 * <p>BPF jumps forward only. From the end, every place that a jump can go to is already written, so distances are known
 * at once, and no second pass is needed.
 */
final class Assembler {
    private final Map<Integer, Place> returns = new HashMap<>();
    /** Instructions as their eight bytes, little-endian, the program's last one first. */
    private long[] written = new long[512];

    private int size;

    /** The place that ends the filter with that verdict. Nothing is written until something jumps there. */
    Place returning(Verdict verdict) {
        Place place = returns.get(verdict.value());
        if (place == null) {
            place = Place.returning(verdict.value());
            returns.put(verdict.value(), place);
        }
        return place;
    }

    /** Tests what the accumulator holds already. */
    Place branch(int code, int k, Place whenTrue, Place whenFalse) throws SeccompException {
        if (whenTrue == whenFalse) {
            return whenTrue;
        }
        // Bringing one near writes an instruction and may push the other out of reach; after that both are at hand.
        bringNear(whenTrue);
        bringNear(whenFalse);
        bringNear(whenTrue);
        write(code, distance(whenTrue), distance(whenFalse), k);
        return Place.at(size - 1);
    }

    /** Loads that word of the data and tests it. */
    Place test(int word, int code, int k, Place whenTrue, Place whenFalse) throws SeccompException {
        Place whenTrueHavingWord = whenTrue.having(word);
        Place whenFalseHavingWord = whenFalse.having(word);
        if (whenTrueHavingWord == whenFalseHavingWord) {
            return whenTrue;
        }
        return load(word, branch(code, k, whenTrueHavingWord, whenFalseHavingWord));
    }

    /** Loads that word of the data and goes on at the place. */
    Place load(int word, Place next) throws SeccompException {
        if (!isNext(next)) {
            putBefore(next);
        }
        write(Bpf.LOAD_WORD, 0, 0, word);
        return Place.loading(word, size - 1, next);
    }

    /** Loads that word of the data and compares those of its bits that are in the mask with the value. */
    Place testMasked(int word, int mask, int value, Place whenTrue, Place whenFalse) throws SeccompException {
        if (whenTrue == whenFalse) {
            return whenTrue;
        }
        branch(Bpf.JUMP_IF_EQUAL, value, whenTrue, whenFalse);
        write(Bpf.AND, 0, 0, mask);
        write(Bpf.LOAD_WORD, 0, 0, word);
        return Place.at(size - 1);
    }

    private void bringNear(Place place) throws SeccompException {
        if (!place.isWritten() || distance(place) > Bpf.FARTHEST) {
            putBefore(place);
        }
    }

    /** Writes an instruction that does as the place does, and moves the place there. */
    private void putBefore(Place place) throws SeccompException {
        if (place.isReturn()) {
            write(Bpf.RETURN, 0, 0, place.verdict());
        } else {
            write(Bpf.JUMP, 0, 0, distance(place));
        }
        place.moveTo(size - 1);
    }

    /** Whether the instruction that is written next falls through to the place. */
    private boolean isNext(Place place) {
        return place.isWritten() && distance(place) == 0;
    }

    /** How many instructions lie between the one that is written next and the place. */
    private int distance(Place place) {
        return size - place.position() - 1;
    }

    private void write(int code, int whenTrue, int whenFalse, int k) throws SeccompException {
        if (size == FilterProgram.MAX_INSTRUCTIONS) {
            throw SeccompException.tooLong();
        }
        if (size == written.length) {
            written = Arrays.copyOf(written, size * 2);
        }
        written[size++] = code | (long) whenTrue << 16 | (long) whenFalse << 24 | (long) k << 32;
    }

    /** The program that starts at the place. */
    FilterProgram finish(Place start, int flags) throws SeccompException {
        if (!isNext(start)) {
            putBefore(start);
        }
        byte[] bytes = new byte[size * FilterProgram.INSTRUCTION_BYTES];
        int at = 0;
        for (int i = size - 1; i >= 0; i--) {
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                bytes[at++] = (byte) (written[i] >>> shift);
            }
        }
        return new FilterProgram(bytes, flags);
    }
}
