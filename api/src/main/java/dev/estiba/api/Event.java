package dev.estiba.api;

import java.util.Map;

/**
 * Something that has happened.
 *
 * @param type to what kind of thing: {@code container}, {@code image}, {@code network}, {@code volume}, {@code daemon}
 * @param action what: {@code start}; with what it was done by behind a colon: {@code exec_create: ls}
 * @param id of the thing
 * @param attributes what it is known by: its labels, {@code name}, {@code image}, {@code exitCode}
 * @param timeNano since 1970; no two of one daemon have the same, so it says where somebody has got to
 */
public record Event(String type, String action, String id, Map<String, String> attributes, long timeNano) {
    public Event {
        attributes = Copies.inOrder(attributes);
    }
}
