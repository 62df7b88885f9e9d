package dev.estiba.engine.container;

/** What a container does, as the kernel and its monitor's last words tell; never a file that says "running". */
sealed interface Status {
    /** It was never started, or could not be. */
    record Created() implements Status {}

    /**
     * Its program runs, or has ended just now, and its monitor has not said yet how.
     *
     * @param pid in the host's numbers; 0 when it has ended
     */
    record Running(int pid, boolean paused) implements Status {}

    /**
     * It has ended.
     *
     * @param code as a shell says it
     * @param finished RFC 3339
     */
    record Ended(int code, String finished, boolean outOfMemory) implements Status {}

    /** It has ended, and waits to be started again, which this process will do. */
    record Restarting(Ended last) implements Status {}

    /** Its monitor was killed, or the machine: nobody knows how it has ended, if it has. */
    record Lost(boolean withTheBoot) implements Status {}

    /** Whether it has run, and does not any more. */
    default boolean isOver() {
        return switch (this) {
            case Created() -> false;
            case Running(int pid, boolean paused) -> false;
            case Restarting(Ended last) -> false;
            case Ended ended -> true;
            case Lost lost -> true;
        };
    }

    /** Docker's word. */
    default String word() {
        return switch (this) {
            case Created() -> "created";
            case Running(int pid, boolean paused) -> paused ? "paused" : "running";
            case Restarting(Ended last) -> "restarting";
            case Ended ended -> "exited";
            case Lost lost -> "exited";
        };
    }
}
