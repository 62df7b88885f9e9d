package dev.estiba.runtime.seccomp;

import java.util.Optional;

/** How an argument is compared, always as an unsigned number: config-linux.md of the OCI runtime specification. */
public enum Operator {
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

    /** The operator of exactly that name in the OCI specification. */
    public static Optional<Operator> named(String specName) {
        for (Operator operator : values()) {
            if (operator.specName.equals(specName)) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    public String specName() {
        return specName;
    }
}
