package dev.estiba.api;

/** What {@code wait} waits for. */
public enum WaitCondition {
    /** It does not run, now or later. */
    NOT_RUNNING("not-running"),
    /** It ends the next time. */
    NEXT_EXIT("next-exit"),
    /** It has been removed. */
    REMOVED("removed");

    private final String apiName;

    WaitCondition(String apiName) {
        this.apiName = apiName;
    }

    /** The word in the API. */
    public String apiName() {
        return apiName;
    }
}
