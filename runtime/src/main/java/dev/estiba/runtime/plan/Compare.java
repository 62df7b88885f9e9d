package dev.estiba.runtime.plan;

/** How {@link Op#CHECK} and {@link Op#JUMP} compare. The order is that of {@code enum plan_compare}. */
public enum Compare {
    ALWAYS("always"),
    EQUAL("="),
    NOT_EQUAL("≠"),
    LESS("<"),
    AT_LEAST("≥"),
    UNSIGNED_LESS("<u"),
    UNSIGNED_AT_LEAST("≥u");

    private final String sign;

    Compare(String sign) {
        this.sign = sign;
    }

    /** For a person. */
    public String sign() {
        return sign;
    }
}
