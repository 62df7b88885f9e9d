package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes which ids a new user namespace has (user_namespaces(7), "User and group ID mappings"): by its files, or, for ids that
 * an ordinary user was lent in /etc/subuid, by newuidmap(1) and newgidmap(1).
 */
final class IdMaps {
    private static final long DEADLINE_MILLIS = 10_000;
    private static final int DIGITS = 12;

    private final Assembly in;
    private final Script outer;
    private final Caller caller;

    IdMaps(Assembly in, Script outer, Caller caller) {
        this.in = in;
        this.outer = outer;
        this.caller = caller;
    }

    /** @param pid of a process that is in the namespace */
    void write(Register pid, List<IdMapping> uids, List<IdMapping> gids) {
        Data digits = digits(in, outer, pid);
        Register process = process(in, outer, digits);
        if (caller.isRoot()) {
            write(process, "gid_map", gids);
            write(process, "uid_map", uids);
            return;
        }
        if (isOwn(gids, caller.gid())) {
            write(process, "setgroups", "deny"); // or the next is refused: groups can take rights away
            write(process, "gid_map", gids);
        } else {
            tool("newgidmap", digits, gids);
        }
        if (isOwn(uids, caller.uid())) {
            write(process, "uid_map", uids);
        } else {
            tool("newuidmap", digits, uids);
        }
    }

    /** Its directory in /proc. */
    static Register process(Assembly in, Script outer, Register pid) {
        return process(in, outer, digits(in, outer, pid));
    }

    private static Register process(Assembly in, Script outer, Data digits) {
        return outer.get(
                Calls.OPENAT,
                "open the process's directory in /proc",
                in.proc,
                digits,
                imm(in.openDirectory()),
                Arg.ZERO);
    }

    private static Data digits(Assembly in, Script outer, Register pid) {
        Data digits = in.plan.space(DIGITS, 8);
        outer.format(digits, DIGITS, pid, "its pid as text");
        return digits;
    }

    /** What the kernel lets anybody map: themselves. */
    private static boolean isOwn(List<IdMapping> mappings, long id) {
        return mappings.size() == 1
                && mappings.getFirst().hostId() == id
                && mappings.getFirst().size() == 1;
    }

    private void write(Register process, String file, List<IdMapping> mappings) {
        StringBuilder text = new StringBuilder();
        for (IdMapping each : mappings) {
            text.append(each.containerId())
                    .append(' ')
                    .append(each.hostId())
                    .append(' ')
                    .append(each.size());
            text.append('\n');
        }
        write(process, file, text.toString());
    }

    private void write(Register process, String file, String text) {
        String what = "write " + text.strip().replace("\n", ", ") + " to " + file;
        Register opened = outer.get(
                Calls.OPENAT, what, process, in.string(file), imm(Flags.O_WRONLY | Flags.O_CLOEXEC), Arg.ZERO);
        outer.run(Calls.WRITE, what, opened, in.string(text), imm(text.getBytes(StandardCharsets.US_ASCII).length));
        outer.run(Calls.CLOSE, what, opened);
    }

    private void tool(String name, Data pid, List<IdMapping> mappings) {
        List<Data> words = new ArrayList<>(List.of(in.string(name), pid));
        for (IdMapping each : mappings) {
            words.add(in.string(Long.toString(each.containerId())));
            words.add(in.string(Long.toString(each.hostId())));
            words.add(in.string(Long.toString(each.size())));
        }
        String lent = name.equals("newuidmap") ? "/etc/subuid" : "/etc/subgid";
        outer.spawn(
                "/usr/bin/" + name,
                in.plan.addresses(words),
                in.plan.addresses(List.of()),
                Arg.ZERO,
                Arg.ZERO,
                DEADLINE_MILLIS,
                OnFailure.STOP,
                name + " (package uidmap) could not map the container's ids, which " + lent + " must lend");
    }
}
