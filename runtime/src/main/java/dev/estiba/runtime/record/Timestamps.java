package dev.estiba.runtime.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Times as records, logs and the API have them: RFC 3339 in UTC with all nine digits, so that every one is as long as every
 * other, and the text of an earlier one is before that of a later one. By hand: each container is written a dozen of them, and
 * java.time's formatters take tens of microseconds for each.
 */
public final class Timestamps {
    /** Of every one, in bytes. */
    public static final int LENGTH = 30;

    private static final String SHAPE = "0000-00-00T00:00:00.000000000Z";
    private static final int DAY = 86_400;

    private Timestamps() {}

    /** Of a year from 0 to 9999. */
    public static String of(Instant time) {
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), DAY));
        int second = (int) Math.floorMod(time.getEpochSecond(), (long) DAY);
        char[] text = SHAPE.toCharArray();
        digits(text, 0, 4, date.getYear());
        digits(text, 5, 2, date.getMonthValue());
        digits(text, 8, 2, date.getDayOfMonth());
        digits(text, 11, 2, second / 3600);
        digits(text, 14, 2, second / 60 % 60);
        digits(text, 17, 2, second % 60);
        digits(text, 20, 9, time.getNano());
        return new String(text);
    }

    private static void digits(char[] text, int at, int count, int number) {
        int left = number;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (char) ('0' + left % 10);
            left /= 10;
        }
    }

    /**
     * The reverse; takes every time that {@link Instant#parse} does.
     *
     * @throws DateTimeException when it is none
     */
    public static Instant parse(String text) {
        if (!isOurs(text)) {
            return Instant.parse(text);
        }
        int hour = number(text, 11, 2);
        int minute = number(text, 14, 2);
        int second = number(text, 17, 2);
        if (hour > 23 || minute > 59 || second > 59) {
            return Instant.parse(text); // which says what is wrong with it
        }
        LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
        return Instant.ofEpochSecond(
                date.toEpochDay() * DAY + hour * 3600L + minute * 60L + second, number(text, 20, 9));
    }

    private static boolean isOurs(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            char like = SHAPE.charAt(i);
            if (like == '0' ? c < '0' || c > '9' : c != like) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int at, int count) {
        int number = 0;
        for (int i = at; i < at + count; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }

    public static String now() {
        return of(Instant.now());
    }
}
