package dev.estiba.oci.runtime;

/**
 * Initial size of the terminal, in characters: {@code process.consoleSize}. Both are uint64 in the
 * specification; what the kernel can take is a rule of {@link ConfigRules}.
 *
 * @param height rows, unsigned
 * @param width columns, unsigned
 */
public record ConsoleSize(long height, long width) {}
