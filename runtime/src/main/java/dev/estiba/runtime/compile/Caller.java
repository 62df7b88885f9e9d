package dev.estiba.runtime.compile;

/**
 * The process that executes a plan.
 *
 * @param uid its effective user
 * @param gid its group
 * @param umask the file mode creation mask that it was called with
 * @param terminals bit n is set when descriptor n (0 to 2) is a terminal
 * @param inUserNamespace whether its ids are others outside: it is in no case root of the machine
 * @param withheld which calls it has not got
 * @param directory its working directory, absolute
 */
public record Caller(
        long uid, long gid, int umask, int terminals, boolean inUserNamespace, Withheld withheld, String directory) {
    /**
     * Calls that its kernel has not got, or that a filter around it forbids.
     *
     * @param openTree open_tree(2), and with it move_mount(2) of what that has copied
     * @param mountSetattr mount_setattr(2)
     */
    public record Withheld(boolean openTree, boolean mountSetattr) {
        public static final Withheld NOTHING = new Withheld(false, false);
    }

    /**
     * Whether it can do with mounts what it likes: as user 0 of the machine, or of a user namespace whose mounts these are.
     */
    public boolean isRoot() {
        return uid == 0;
    }

    /** Whether it has no rights of its own over cgroups and devices of the machine. */
    public boolean isRootless() {
        return uid != 0 || inUserNamespace;
    }
}
