package dev.estiba.engine.store;

/**
 * What has become of a container, as far as somebody has written it down; what it does now is asked of the kernel.
 *
 * @param started when it was started last, RFC 3339, empty when it never was
 * @param finished when that run ended, empty when nobody has seen it end
 * @param exitCode as a shell says it
 * @param error why it could not be started
 * @param outOfMemory whether the kernel killed in it for want of memory
 */
public record Life(String started, String finished, int exitCode, String error, boolean outOfMemory) {
    public static final Life NONE = new Life("", "", 0, "", false);
}
