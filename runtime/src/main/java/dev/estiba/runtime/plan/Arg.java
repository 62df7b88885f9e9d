package dev.estiba.runtime.plan;

/** What a step is given. */
public sealed interface Arg {
    Immediate ZERO = new Immediate(0);

    /** A number. */
    record Immediate(long value) implements Arg {}

    /** The address of {@code offset} bytes into the plan's data. */
    record Data(int offset) implements Arg {}

    /** What an earlier step has left in a register; -1 when that step has not been walked. */
    record Register(int index) implements Arg {
        /** The register after this one, which an operation with two results fills too. */
        public Register next() {
            return new Register(index + 1);
        }
    }

    static Arg of(long value) {
        return value == 0 ? ZERO : new Immediate(value);
    }
}
