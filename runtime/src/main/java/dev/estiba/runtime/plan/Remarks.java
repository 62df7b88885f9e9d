package dev.estiba.runtime.plan;

import tools.jackson.core.JsonGenerator;

/** What a printed plan says beside its steps. */
public interface Remarks {
    /** Nothing. */
    Remarks NONE = new Remarks() {};

    /** Behind an actor's heading. */
    default String on(Actor actor) {
        return "";
    }

    /** Behind a group's heading. */
    default String on(String group) {
        return "";
    }

    /** Behind a step. */
    default String on(Actor actor, int step) {
        return "";
    }

    /** Into the JSON object of a step. */
    default void write(JsonGenerator out, Actor actor, int number, Step step) {}
}
