package dev.estiba.oci.runtime;

/**
 * One entry of {@code process.rlimits}, getrlimit(2).
 *
 * @param type {@code RLIMIT_NOFILE} and the like
 * @param soft unsigned: -1 is 2^64-1, RLIM_INFINITY
 * @param hard unsigned, as {@code soft}
 */
public record Rlimit(String type, long soft, long hard) {}
