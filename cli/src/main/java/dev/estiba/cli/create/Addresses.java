package dev.estiba.cli.create;

import java.util.regex.Pattern;

/** IP addresses as text, without asking any name service. */
final class Addresses {
    private static final Pattern V4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

    private Addresses() {}

    static boolean isAddress(String text) {
        return V4.matcher(text).matches() || isV6(text);
    }

    /** RFC 4291 section 2.2: eight groups, {@code ::} for some zeros, the last two perhaps as version 4. */
    private static boolean isV6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        if (gap < 0) {
            return groups(text, true) == 8;
        }
        int before = gap == 0 ? 0 : groups(text.substring(0, gap), false);
        int after = gap + 2 == text.length() ? 0 : groups(text.substring(gap + 2), true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    private static int groups(String text, boolean mayEndInV4) {
        String[] groups = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < groups.length; i++) {
            boolean isLast = i == groups.length - 1;
            if (GROUP.matcher(groups[i]).matches()) {
                count++;
            } else if (isLast && mayEndInV4 && V4.matcher(groups[i]).matches()) {
                count += 2;
            } else {
                return -1;
            }
        }
        return count;
    }
}
