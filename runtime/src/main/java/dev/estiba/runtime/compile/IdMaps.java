package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
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

    private final PlanBuilder plan;
    private final Arg proc;
    private final Script outer;
    private final Machine machine;
    private final Caller caller;

    /** @param proc the host's /proc, open */
    IdMaps(PlanBuilder plan, Arg proc, Script outer, Machine machine, Caller caller) {
        this.plan = plan;
        this.proc = proc;
        this.outer = outer;
        this.machine = machine;
        this.caller = caller;
    }

    static IdMaps of(Assembly in) {
        return new IdMaps(in.plan, in.proc, in.outer, in.machine, in.request.caller());
    }

    /** @param pid of a process that is in the namespace */
    void write(Register pid, List<IdMapping> uids, List<IdMapping> gids) {
        Data digits = digits(pid);
        Register process = process(digits);
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
    Register process(Register pid) {
        return process(digits(pid));
    }

    private Register process(Data digits) {
        return outer.get(
                Calls.OPENAT,
                "open the process's directory in /proc",
                proc,
                digits,
                imm(Flags.O_PATH | Flags.O_CLOEXEC | machine.directory()),
                Arg.ZERO);
    }

    private Data digits(Register pid) {
        Data digits = plan.space(DIGITS, 8);
        outer.format(digits, DIGITS, pid, "its pid as text");
        return digits;
    }

    /** What the kernel lets anybody map: themselves. */
    static boolean isOwn(List<IdMapping> mappings, long id) {
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
                Calls.OPENAT, what, process, plan.string(file), imm(Flags.O_WRONLY | Flags.O_CLOEXEC), Arg.ZERO);
        outer.run(Calls.WRITE, what, opened, plan.string(text), imm(text.getBytes(StandardCharsets.US_ASCII).length));
        outer.run(Calls.CLOSE, what, opened);
    }

    private void tool(String name, Data pid, List<IdMapping> mappings) {
        List<Data> words = new ArrayList<>(List.of(plan.string(name), pid));
        for (IdMapping each : mappings) {
            words.add(plan.string(Long.toString(each.containerId())));
            words.add(plan.string(Long.toString(each.hostId())));
            words.add(plan.string(Long.toString(each.size())));
        }
        String lent = name.equals("newuidmap") ? "/etc/subuid" : "/etc/subgid";
        outer.spawn(
                "/usr/bin/" + name,
                plan.addresses(words),
                plan.addresses(List.of()),
                Arg.ZERO,
                Arg.ZERO,
                DEADLINE_MILLIS,
                OnFailure.STOP,
                name + " (package uidmap) could not map the container's ids, which " + lent + " must lend");
    }
}
