package dev.estiba.engine.store;

/**
 * What has become of a container, as far as somebody has written it down; what it does now is asked of the kernel.
 *
 * @param started when it was started last, RFC 3339, empty when it never was
 * @param finished when that run ended, empty when nobody has seen it end
 * @param exitCode as a shell says it
 * @param error why it could not be started
 * @param outOfMemory whether the kernel killed in it for want of memory
 * @param restarts how often its policy has started it again since somebody has started it
 * @param stopped whether somebody has asked for this run's end
 */
public record Life(
        String started,
        String finished,
        int exitCode,
        String error,
        boolean outOfMemory,
        int restarts,
        boolean stopped) {
    public static final Life NONE = new Life("", "", 0, "", false, 0, false);

    /** A run that begins. */
    public static Life begun(String started, int restarts) {
        return new Life(started, "", 0, "", false, restarts, false);
    }

    public Life ended(String finished, int exitCode, String error, boolean outOfMemory) {
        return new Life(started, finished, exitCode, error, outOfMemory, restarts, stopped);
    }

    public Life asked() {
        return new Life(started, finished, exitCode, error, outOfMemory, restarts, true);
    }
}
