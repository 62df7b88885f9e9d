package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Plan;
import java.util.List;

/**
 * Makes a user namespace that maps the ids of mounts which a JVM makes: one with several threads can make none
 * (user_namespaces(7)). It comes back through the socket that is the plan's standard input.
 */
public final class UserNamespaceForMounts {
    private static final int STANDARD_INPUT = 0;

    private UserNamespaceForMounts() {}

    public static Plan compile(Caller caller, Machine machine, List<IdMapping> uids, List<IdMapping> gids) {
        Assembly in = new Assembly(StartRequest.of(Linux.EMPTY, caller, machine));
        in.outer.onFailure("cannot make a user namespace", 1);
        new Settings(in, new Namespaces(in)).openProc();
        Register namespace = new HeldUserNamespaces(in).with(uids, gids);
        in.outer.sendDescriptor(
                imm(STANDARD_INPUT), namespace, in.plan.bytes(new byte[1], 1), 1, "hand over the user namespace");
        in.outer.exit(Arg.ZERO, "end");
        return in.plan.build();
    }
}
