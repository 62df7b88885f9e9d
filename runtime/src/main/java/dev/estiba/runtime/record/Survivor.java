package dev.estiba.runtime.record;

import java.util.List;

/**
 * A process that was killed and is still there, as a person is told of it. SIGKILL waits for who waits for a disk or a server
 * (signal(7), proc(5): state D).
 *
 * @param name as ps(1) says it
 * @param state R, S, D, T, Z, …
 * @param waitsIn the kernel's function that it sleeps in; empty when it does not, or the kernel does not tell
 */
public record Survivor(int pid, String name, char state, String waitsIn) {
    private static final int NAMED = 3;

    /**
     * @param stat the text of proc(5)'s stat, in whose field 2 there may be blanks and parentheses
     * @param wchan that of its wchan
     */
    public static Survivor of(int pid, String stat, String wchan) {
        int end = stat.lastIndexOf(')');
        if (end < 0 || end + 2 >= stat.length()) {
            return new Survivor(pid, "?", '?', "");
        }
        String waits = wchan.strip();
        return new Survivor(
                pid, stat.substring(stat.indexOf('(') + 1, end), stat.charAt(end + 2), waits.equals("0") ? "" : waits);
    }

    /** Whether it only waits to be reaped. */
    public boolean hasEnded() {
        return state == 'Z' || state == 'X';
    }

    private String words() {
        String who = "process " + pid + " (" + name + ")";
        String where = waitsIn.isEmpty() ? "" : " in " + waitsIn;
        return who
                + (state == 'D' ? " is in uninterruptible sleep (state D)" + where : " is in state " + state + where);
    }

    /** What is frozen seems to be in state D, in whatever it was doing: a freezer's word comes first. */
    public static String frozen(String group) {
        return "its processes are frozen by the cgroup " + group + " or one above it: thaw that, and try again";
    }

    /** Those that explain the others, a few of them, and what a person can do; empty when nobody is left. */
    public static String sentence(List<Survivor> all) {
        List<Survivor> left = all.stream().filter(one -> !one.hasEnded()).toList();
        List<Survivor> stuck = left.stream().filter(one -> one.state() == 'D').toList();
        List<Survivor> named = stuck.isEmpty() ? left : stuck;
        if (named.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.join(
                ", ", named.stream().limit(NAMED).map(Survivor::words).toList()));
        if (named.size() > NAMED) {
            text.append(" and ").append(named.size() - NAMED).append(" more");
        }
        if (!stuck.isEmpty()) {
            text.append("; it ends when what it waits for has come: try again then");
        }
        return text.toString();
    }
}
