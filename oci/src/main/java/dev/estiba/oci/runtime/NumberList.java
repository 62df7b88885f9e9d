package dev.estiba.oci.runtime;

/** Lists of CPUs and memory nodes in the "list format" of cpuset(7): {@code 0-4,9}. */
final class NumberList {
    private NumberList() {}

    /** Whether the kernel takes it as a list; an empty one is one. */
    static boolean isWellFormed(String text) {
        String list = text.strip();
        if (list.isEmpty()) {
            return true;
        }
        int at = 0;
        while (true) {
            at = range(list, at);
            if (at < 0) {
                return false;
            }
            if (at == list.length()) {
                return true;
            }
            if (list.charAt(at) != ',') {
                return false;
            }
            at++;
            while (at < list.length() && list.charAt(at) == ' ') {
                at++;
            }
        }
    }

    /** The end of a number or of two with a hyphen, or -1. */
    private static int range(String text, int from) {
        int end = digits(text, from);
        if (end < 0 || end == text.length() || text.charAt(end) != '-') {
            return end;
        }
        int last = digits(text, end + 1);
        if (last < 0 || Integer.parseInt(text, from, end, 10) > Integer.parseInt(text, end + 1, last, 10)) {
            return -1;
        }
        return last;
    }

    private static int digits(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == from || end - from > 9 ? -1 : end;
    }
}
