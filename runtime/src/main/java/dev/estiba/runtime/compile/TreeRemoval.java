package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.Script;
import java.util.List;

/**
 * Removes a directory by a process of a user namespace: an ordinary user cannot remove what the ids own that he was lent, but
 * root of them can.
 */
public final class TreeRemoval {
    /** Removed. */
    private static final int DONE = 2;

    private TreeRemoval() {}

    /**
     * @param parent absolute
     * @param name in {@code parent}; its links are not followed
     * @param uids what the user namespace's users are outside
     * @param gids the same of groups
     */
    public static Plan compile(
            Caller caller, Machine machine, String parent, String name, List<IdMapping> uids, List<IdMapping> gids) {
        Linux linux = Linux.builder()
                .namespaces(List.of(Namespace.create(Namespace.Type.USER)))
                .uidMappings(uids)
                .gidMappings(gids)
                .build();
        Assembly in = new Assembly(StartRequest.of(linux, caller, machine));
        Namespaces namespaces = new Namespaces(in);
        UserNamespace user = new UserNamespace(in, namespaces);
        String failed = "cannot remove " + parent + "/" + name;
        in.outer.onFailure(failed, 1);
        in.init.onFailure(failed, 1);
        new Settings(in, namespaces).openProc();
        Register directory = in.outer.get(
                Calls.OPENAT,
                "open " + parent,
                imm(Flags.AT_FDCWD),
                in.string(parent),
                imm(in.openDirectory()),
                Arg.ZERO);
        Register pid = in.outer.start(
                Actor.INIT, namespaces.cloneFlags(), imm(-1), "start a process with the ids that its files have");
        user.map(pid);
        Script init = in.init;
        Settings.dieWithTheRuntime(init, "die with the runtime");
        user.awaitMap();
        UserNamespace.becomeRoot(init);
        init.removeTree(directory, name, "remove " + name);
        init.post(DONE, "tell that it is removed");
        init.exit(Arg.ZERO, "end");
        in.outer.await(DONE, "wait until it is removed");
        in.outer.exit(in.outer.wait(pid, "see it off"), "end as it did");
        return in.plan.build();
    }
}
