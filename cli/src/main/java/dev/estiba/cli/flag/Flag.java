package dev.estiba.cli.flag;

import java.util.List;

/**
 * A flag that a command takes.
 *
 * @param name behind two dashes
 * @param letter behind one dash; 0: none
 * @param kind what its value is
 * @param type what help calls the value
 * @param fallback its value when it is not given
 * @param help one sentence
 * @param group the heading that help shows it under; empty: the general one
 * @param isHidden help does not show it
 * @param check what is done with each value
 */
public record Flag(
        String name,
        char letter,
        Kind kind,
        String type,
        String fallback,
        String help,
        String group,
        boolean isHidden,
        Check check) {

    /** Looks at a value before the command sees it. */
    @FunctionalInterface
    public interface Check {
        /** The value as it counts. */
        String check(String value) throws BadValue;
    }

    /** How often a flag counts, and whether it needs a value. */
    public enum Kind {
        /** True when it stands alone; a value only behind {@code =}. */
        SWITCH,
        /** The last one counts. */
        SINGLE,
        /** All count. */
        LIST
    }

    public static Flag onOff(String name, String help) {
        return new Flag(name, '\0', Kind.SWITCH, "", "false", help, "", false, Numbers::bool);
    }

    public static Flag text(String name, String help) {
        return of(name, Kind.SINGLE, "string", "", help, value -> value);
    }

    public static Flag list(String name, String help) {
        return of(name, Kind.LIST, "list", "", help, value -> value);
    }

    public static Flag whole(String name, String fallback, String help) {
        return of(name, Kind.SINGLE, "int", fallback, help, Numbers::whole);
    }

    public static Flag bytes(String name, String help) {
        return of(name, Kind.SINGLE, "bytes", "0", help, Numbers::bytes);
    }

    public static Flag duration(String name, String help) {
        return of(name, Kind.SINGLE, "duration", "0", help, Numbers::duration);
    }

    private static Flag of(String name, Kind kind, String type, String fallback, String help, Check check) {
        return new Flag(name, '\0', kind, type, fallback, help, "", false, check);
    }

    public Flag letter(char with) {
        return new Flag(name, with, kind, type, fallback, help, group, isHidden, check);
    }

    public Flag type(String with) {
        return new Flag(name, letter, kind, with, fallback, help, group, isHidden, check);
    }

    public Flag fallback(String with) {
        return new Flag(name, letter, kind, type, with, help, group, isHidden, check);
    }

    public Flag check(Check with) {
        return new Flag(name, letter, kind, type, fallback, help, group, isHidden, with);
    }

    public Flag group(String with) {
        return new Flag(name, letter, kind, type, fallback, help, with, isHidden, check);
    }

    /** Another name for the same flag, which help does not show. */
    public Flag alias(String other) {
        return new Flag(other, '\0', kind, type, fallback, help, group, true, check);
    }

    /** All of them under one heading. */
    public static List<Flag> grouped(String group, Flag... flags) {
        return List.of(flags).stream().map(flag -> flag.group(group)).toList();
    }

    /** As pflag names it in refusals. */
    String label() {
        return letter == '\0' ? "--" + name : "-" + letter + ", --" + name;
    }
}
