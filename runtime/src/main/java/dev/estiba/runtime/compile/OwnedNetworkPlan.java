package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Plan;
import java.util.List;

/**
 * Makes a user namespace, and a network namespace that belongs to it, for a container that joins both: its network is there, with
 * addresses and routes, before its first process is. They come back through the socket that is the plan's standard input.
 */
public final class OwnedNetworkPlan {
    private static final int STANDARD_INPUT = 0;

    private OwnedNetworkPlan() {}

    public static Plan compile(Caller caller, Machine machine, List<IdMapping> uids, List<IdMapping> gids) {
        Assembly in = new Assembly(StartRequest.of(Linux.EMPTY, caller, machine));
        in.outer.onFailure("cannot make a network with ids of its own", 1);
        new Settings(in, new Namespaces(in)).openProc();
        HeldUserNamespaces.WithNetwork both = new HeldUserNamespaces(in).withNetwork(uids, gids);
        Arg.Data one = in.plan.bytes(new byte[1], 1);
        in.outer.sendDescriptor(imm(STANDARD_INPUT), both.user(), one, 1, "hand over the user namespace");
        in.outer.sendDescriptor(imm(STANDARD_INPUT), both.network(), one, 1, "hand over the network namespace");
        in.outer.exit(Arg.ZERO, "end");
        return in.plan.build();
    }
}
