package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Optional;

/**
 * A condition on one argument of a call: {@code args} of a rule in {@code linux.seccomp.syscalls}.
 *
 * @param index which argument, 0 to 5
 * @param value unsigned
 * @param valueTwo unsigned; for MASKED_EQ the value, {@code value} being the mask
 * @param op comparison
 */
public record SeccompArg(int index, long value, long valueTwo, Operator op) {
    /** seccomp(2): a call has six arguments. */
    public static final int MAX_INDEX = 5;

    public SeccompArg {
        Ranges.between("index", index, 0, MAX_INDEX);
    }

    /** The seven comparisons, all unsigned on 64 bits. */
    public enum Operator implements SpecName {
        NE("SCMP_CMP_NE"),
        LT("SCMP_CMP_LT"),
        LE("SCMP_CMP_LE"),
        EQ("SCMP_CMP_EQ"),
        GE("SCMP_CMP_GE"),
        GT("SCMP_CMP_GT"),
        MASKED_EQ("SCMP_CMP_MASKED_EQ");

        private final String specName;

        Operator(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The operator that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Operator> named(String name) {
            return Copies.named(values(), name);
        }
    }
}
