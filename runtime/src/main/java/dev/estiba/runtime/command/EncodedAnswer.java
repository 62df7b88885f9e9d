package dev.estiba.runtime.command;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** An {@link Answer} as its executor takes it. */
public interface EncodedAnswer {
    /**
     * The plan's bytes.
     *
     * @param reserve how many bytes are left free before them: a multiple of 8
     * @return little-endian, from 0 to its capacity; the caller's own
     */
    ByteBuffer plan(int reserve);

    /**
     * The plan's bytes and, where what it asks for can be foreseen, behind it what is expected (tag, length, bytes, padded
     * to 8) and the plan that follows then: {@code native/README.md}.
     *
     * @param reserve how many bytes are left free before them: a multiple of 8
     * @param spare is filled and answered when it is large enough
     * @return little-endian, from 0 to its limit; the caller's own
     */
    default ByteBuffer foreseeing(int reserve, ByteBuffer spare) {
        return plan(reserve);
    }

    /** What it asks for, if it does. */
    Optional<Continuation> next();

    /** The sentence of a plan that only says why there is none. */
    Optional<String> refusal();

    /** The sentences with which the plan itself says no, where nothing that the kernel answered is behind it. */
    Set<String> said();

    /** See {@link Answer.Continuation}. */
    interface Continuation {
        EncodedAnswer with(dev.estiba.runtime.planner.Request more);
    }
}
