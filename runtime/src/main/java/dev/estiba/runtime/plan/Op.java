package dev.estiba.runtime.plan;

/** The closed list of operations. The order is that of {@code enum plan_op} in {@code native/src/plan.h}. */
public enum Op {
    /** A raw system call: up to six arguments; its result. */
    CALL,
    /** A value into a register. */
    SET,
    /** A number out of the plan's data into a register. */
    LOAD,
    /** A number into the plan's data. */
    STORE,
    /** Fails with an errno of the plan's choice unless a masked value compares. */
    CHECK,
    /** Goes on further ahead when two values compare. */
    JUMP,
    /** A descriptor's bytes up to a cap: their address, and in the next register their length. */
    READ_ALL,
    /** Bytes to a descriptor, all of them. */
    WRITE_ALL,
    /** A number as text into the plan's data. */
    FORMAT,
    /** A directory or file beneath a root that somebody else wrote, created where it is missing: its descriptor. */
    MKDIRS,
    /** A directory's contents into another directory. */
    COPY_TREE,
    /** A program that is not the container's, with bytes on its stdin and a deadline. */
    SPAWN,
    /** A descriptor over a Unix socket. */
    SEND_FD,
    /** A descriptor from a Unix socket. */
    RECV_FD,
    /** A cgroup's processes: counted, signalled; or the removal of a cgroup. */
    PIDS,
    /** Tells the other actor that a barrier is reached. */
    POST,
    /** Waits for the other actor at a barrier; 0 waits for the end of its socket. */
    AWAIT,
    /** Starts another actor: its pid, and in the next register its pidfd. */
    ACTOR,
    /** Waits in the foreground for a process, its signals passed on: its status as a shell says it. */
    WAIT,
    /** Sends named bytes to the planner, which answers with a plan that {@link #GO_ON} takes up. */
    ASK,
    /** Ends this process. */
    EXIT,
    /** When a process was started, in clock ticks since boot. */
    START_TIME,
    /** As WAIT, and carries bytes between a terminal and the caller's. */
    RELAY,
    /** Fails with the step's sentence. */
    FAIL,
    /** Receives the plan that the planner answers, and goes on with this actor's steps in it. */
    GO_ON
}
