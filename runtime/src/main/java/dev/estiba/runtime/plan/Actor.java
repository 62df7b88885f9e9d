package dev.estiba.runtime.plan;

/** Who walks a list of steps. The order is that of {@code ACTOR_*} in {@code native/src/plan.h}. */
public enum Actor {
    /** The invoked process, which stays outside of the container. */
    OUTER,
    /** The process that becomes the container's init, or the joiner that an exec sends into it. */
    INIT,
    /** The outer process again, after a step has failed: what was begun is taken back, whatever each step answers. */
    UNDO,
    /** The outer process or the monitor, when the container has ended. */
    EPILOGUE,
    /** The process that enters a running container, and from in there starts {@link #INIT}, the process of an exec. */
    JOINER,
    /** A process that is started for the sake of its user namespace alone, and ends when the outer one has that. */
    HOLDER
}
