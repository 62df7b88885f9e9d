package dev.estiba.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The two calls of i386 that stand for many: socketcall(2) and ipc(2), which say in their first argument which one.
 *
 * <p>The arguments proper lie in memory, where a filter cannot look, so conditions cannot be carried over; the package
 * says what is carried over instead.
 */
enum Multiplexed {
    /** Numbers of linux/net.h, counted from 1. */
    SOCKETCALL(
            "socketcall",
            -1,
            "socket",
            "bind",
            "connect",
            "listen",
            "accept",
            "getsockname",
            "getpeername",
            "socketpair",
            "send",
            "recv",
            "sendto",
            "recvfrom",
            "shutdown",
            "setsockopt",
            "getsockopt",
            "sendmsg",
            "recvmsg",
            "accept4",
            "recvmmsg",
            "sendmmsg"),

    /** Numbers of linux/ipc.h; the argument's upper half is a version, which the kernel cuts off (ipc/syscall.c). */
    IPC(
            "ipc",
            0xffff,
            "semop",
            "semget",
            "semctl",
            "semtimedop",
            "",
            "",
            "",
            "",
            "",
            "",
            "msgsnd",
            "msgrcv",
            "msgget",
            "msgctl",
            "",
            "",
            "",
            "",
            "",
            "",
            "shmat",
            "shmdt",
            "shmget",
            "shmctl");

    private final String callName;
    private final int mask;
    /** The name of operation n at n - 1. */
    private final String[] operations;

    Multiplexed(String callName, int mask, String... operations) {
        this.callName = callName;
        this.mask = mask;
        this.operations = operations;
    }

    /** The kernel's name of the call. */
    String callName() {
        return callName;
    }

    /**
     * The clauses for the call itself: its own, and what follows from those for the calls that it stands for.
     *
     * @param book all clauses of the profile
     * @param byDefault the profile's default
     */
    List<Clause> clauses(Map<String, List<Clause>> book, Verdict byDefault) {
        List<Clause> own = book.getOrDefault(callName, List.of());
        for (Clause clause : own) {
            if (clause.isUnconditional()) {
                return own;
            }
        }
        List<Clause> all = new ArrayList<>(own);
        for (int i = 0; i < operations.length; i++) {
            ArgCheck selects = new ArgCheck(0, Integer.toUnsignedLong(mask), i + 1, Operator.MASKED_EQ);
            carryOver(book.getOrDefault(operations[i], List.of()), selects, byDefault, all);
        }
        return all;
    }

    private static void carryOver(List<Clause> clauses, ArgCheck selects, Verdict byDefault, List<Clause> into) {
        Verdict base = byDefault;
        for (Clause clause : clauses) {
            if (clause.isUnconditional()) {
                base = clause.verdict();
                into.add(Clause.when(base, selects));
                break;
            }
        }
        for (Clause clause : clauses) {
            if (!clause.isUnconditional() && clause.verdict().isStricterThan(base)) {
                into.add(Clause.when(clause.verdict(), selects));
            }
        }
    }
}
