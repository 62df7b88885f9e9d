package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import java.util.Comparator;

/** A version of the Engine API, as it stands before a path: {@code /v1.51/}. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** The newest. Who names none means this one. */
    static final ApiVersion NEWEST = new ApiVersion(1, 55);

    static final ApiVersion OLDEST = new ApiVersion(1, 24);

    private static final Comparator<ApiVersion> ORDER =
            Comparator.comparingInt(ApiVersion::major).thenComparingInt(ApiVersion::minor);

    /** @param text digits and dots, at most 20 of them */
    static ApiVersion parse(String text) throws ApiException {
        String[] parts = text.split("\\.", -1);
        ApiVersion version = new ApiVersion(number(parts[0]), parts.length < 2 ? 0 : number(parts[1]));
        if (version.compareTo(NEWEST) > 0) {
            throw ApiException.badRequest(
                    "client version " + text + " is too new. Maximum supported API version is " + NEWEST);
        }
        if (version.compareTo(OLDEST) < 0) {
            throw ApiException.badRequest("client version " + text + " is too old. Minimum supported API version is "
                    + OLDEST + ", please upgrade your client to a newer version");
        }
        return version;
    }

    private static int number(String digits) {
        return digits.isEmpty() ? 0 : (int) Math.min(Long.parseLong(digits), Integer.MAX_VALUE);
    }

    boolean isBefore(int otherMinor) {
        return compareTo(new ApiVersion(1, otherMinor)) < 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
