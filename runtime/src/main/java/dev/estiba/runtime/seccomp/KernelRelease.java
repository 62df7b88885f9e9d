package dev.estiba.runtime.seccomp;

import java.util.Optional;

/**
 * A kernel's version, as far as Docker's profile asks for it.
 *
 * @param major the 6 of 6.12
 * @param minor the 12 of 6.12
 */
public record KernelRelease(int major, int minor) implements Comparable<KernelRelease> {
    private static final int MAX_DIGITS = 4;

    /** The version in what uname(2) calls the release: {@code 6.1.0-18-amd64}; empty when it starts with no version. */
    public static Optional<KernelRelease> parse(String release) {
        int dot = digits(release, 0);
        if (dot == 0 || dot == release.length() || release.charAt(dot) != '.') {
            return Optional.empty();
        }
        int end = digits(release, dot + 1);
        if (end == dot + 1 || dot > MAX_DIGITS || end - dot - 1 > MAX_DIGITS) {
            return Optional.empty();
        }
        return Optional.of(new KernelRelease(
                Integer.parseInt(release.substring(0, dot)), Integer.parseInt(release.substring(dot + 1, end))));
    }

    /** Where the digits that start there end. */
    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    @Override
    public int compareTo(KernelRelease other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }
}
