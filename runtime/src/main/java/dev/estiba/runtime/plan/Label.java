package dev.estiba.runtime.plan;

/** A place further ahead in one script that jumps go to. Made and placed by {@link Script}. */
public final class Label {
    static final int UNPLACED = -1;

    /** Index of the step that follows, in its script. */
    int step = UNPLACED;

    Label() {}
}
