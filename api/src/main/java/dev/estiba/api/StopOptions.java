package dev.estiba.api;

import java.util.OptionalInt;

/**
 * @param signal in place of the container's stop signal; empty: that one
 * @param timeout seconds until it is killed, -1: never; absent: as the container says
 */
public record StopOptions(String signal, OptionalInt timeout) {
    public static final StopOptions DEFAULT = new StopOptions("", OptionalInt.empty());
}
