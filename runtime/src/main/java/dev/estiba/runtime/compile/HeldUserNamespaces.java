package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * User namespaces that are there before a container is, as mappings of the ids of mounts or as a network namespace's owner. The kernel takes a mapping only as a user namespace, and one
 * lives by a process: for each mapping one is started that does nothing, and ends when its namespace is held by a descriptor.
 */
final class HeldUserNamespaces {
    /** To a holder: its namespace is held. */
    private static final int HELD = 7;

    private final Assembly in;
    private final Map<Mapping, Register> held = new HashMap<>();

    private record Mapping(List<IdMapping> uids, List<IdMapping> gids) {}

    HeldUserNamespaces(Assembly in) {
        this.in = in;
    }

    /** Outer: a descriptor of one with that mapping. */
    Register with(List<IdMapping> uids, List<IdMapping> gids) {
        return held.computeIfAbsent(new Mapping(uids, gids), this::hold);
    }

    /** One with a mapping, and a network namespace that belongs to it. */
    record WithNetwork(Register user, Register network) {}

    /** Outer: descriptors of both; asked for once in a plan. */
    WithNetwork withNetwork(List<IdMapping> uids, List<IdMapping> gids) {
        makeHolder();
        Register pid = start(Flags.CLONE_NEWUSER | Flags.CLONE_NEWNET, new Mapping(uids, gids));
        WithNetwork both = new WithNetwork(open(pid), open(pid, "net", "hold its network namespace"));
        letGo(pid);
        return both;
    }

    private Register hold(Mapping mapping) {
        if (held.isEmpty()) {
            makeHolder();
        }
        Register pid = start(Flags.CLONE_NEWUSER, mapping);
        Register namespace = open(pid);
        letGo(pid);
        return namespace;
    }

    private void makeHolder() {
        Script holder = in.plan.actor(Actor.HOLDER).group("mounts");
        holder.onFailure("cannot map ids", 1);
        Settings.dieWithTheRuntime(holder, "die with the runtime");
        holder.await(HELD, "wait until this user namespace is held");
        holder.exit(Arg.ZERO, "it is");
    }

    private Register start(long namespaces, Mapping mapping) {
        Script outer = in.outer.group("mounts");
        Register pid = outer.start(Actor.HOLDER, namespaces, imm(-1), "start a process with ids of its own");
        IdMaps.of(in).write(pid, mapping.uids(), mapping.gids());
        return pid;
    }

    private void letGo(Register pid) {
        Script outer = in.outer.group("mounts");
        outer.post(HELD, "its user namespace is held");
        outer.run(
                Calls.WAIT4,
                OnFailure.tolerate("its end is all that counts", Errno.ECHILD),
                "see it off",
                pid,
                Arg.ZERO,
                Arg.ZERO,
                Arg.ZERO);
        outer.run(Calls.CLOSE, "let go of it", pid.next());
    }

    /** Outer: a descriptor of that process's. */
    Register open(Register pid) {
        return open(pid, "user", "hold its user namespace");
    }

    private Register open(Register pid, String namespace, String what) {
        Script outer = in.outer.group("mounts");
        Register process = IdMaps.of(in).process(pid);
        return outer.get(
                Calls.OPENAT,
                what,
                process,
                in.string("ns/" + namespace),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
    }
}
