package dev.estiba.runtime.plan;

import dev.estiba.runtime.plan.Arg.Register;

/** The registers that the executor has filled before the first step: {@code REG_*} in {@code native/src/oci.h}. */
public final class Reserved {
    /** The bundle's directory. */
    public static final Register BUNDLE = new Register(0);
    /** The directory of {@code --root}. */
    public static final Register ROOT = new Register(1);
    /** The container's directory in it, where it exists. */
    public static final Register STATE = new Register(2);
    /** The file of {@code --log}. */
    public static final Register LOG = new Register(3);
    /** The socket to the planner. */
    public static final Register PLANNER = new Register(4);
    /** Under a monitor with a terminal: the socket that the terminal's master is sent to. */
    public static final Register CONSOLE = new Register(5);

    /** The socket to the other actor; whoever moves it says so here. */
    public static final Register PEER = new Register(6);

    /** A detached mount that is the container's root file system (fsmount(2)), where the caller has given one. */
    public static final Register ROOTFS = new Register(7);
    /** In an epilogue: how the process has ended, as wait4(2) tells it. */
    public static final Register STATUS = new Register(8);

    /** The directory in which a monitor leaves what it has to say. */
    public static final Register DIRECTORY = new Register(9);

    /** How many registers are set aside. */
    public static final int COUNT = 16;

    private Reserved() {}
}
