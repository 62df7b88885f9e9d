package dev.estiba.runtime.compile;

/**
 * The process that executes a plan.
 *
 * @param uid its effective user
 * @param gid its group
 * @param umask the file mode creation mask that it was called with
 * @param terminals bit n is set when descriptor n (0 to 2) is a terminal
 * @param directory its working directory, absolute
 */
public record Caller(long uid, long gid, int umask, int terminals, String directory) {}
