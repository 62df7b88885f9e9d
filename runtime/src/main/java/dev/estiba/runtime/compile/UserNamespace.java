package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Script;
import java.util.List;

/**
 * The container's user namespace (user_namespaces(7)).
 *
 * <p>A new one is made by the clone that makes init, so that every other namespace is made in it and belongs to it. The
 * outer actor says which ids it has. Until it becomes user 0 in there, init still is the caller for every file of the host:
 * it joins its groups and opens the root file system's place before.
 */
final class UserNamespace {
    private final Assembly in;
    private final Namespaces namespaces;

    UserNamespace(Assembly in, Namespaces namespaces) {
        this.in = in;
        this.namespaces = namespaces;
    }

    /** In runc's words, which callers know. */
    void refuse() {
        Linux linux = in.linux;
        boolean mapped = !linux.uidMappings().isEmpty() || !linux.gidMappings().isEmpty();
        boolean rootless = !in.request.caller().isRoot();
        if (!in.userNamespace) {
            refuse(mapped, "user namespace mappings specified, but user namespace isn't enabled in the config");
            refuse(rootless, "rootless container requires user namespaces");
            return;
        }
        if (namespaces.isNew(Namespace.Type.USER)) {
            refuse(!mapped, "user namespaces enabled, but no namespace path to join nor mappings to apply specified");
            refuse(linux.uidMappings().isEmpty(), "rootless container requires UIDMappings");
            refuse(linux.gidMappings().isEmpty(), "rootless container requires GIDMappings");
            refuse(noRoot(linux.uidMappings()), "linux.uidMappings: user 0 of the container is not mapped");
            refuse(noRoot(linux.gidMappings()), "linux.gidMappings: group 0 of the container is not mapped");
        } else {
            refuse(
                    mapped,
                    "user namespaces enabled, but both namespace path and mapping specified -- you may only provide one");
        }
        // runc refuses them to every user; with ids that newgidmap has mapped there is nothing in the way.
        refuse(
                rootless
                        && IdMaps.isOwn(linux.gidMappings(), in.request.caller().gid())
                        && in.config.process().stream()
                                .anyMatch(each -> !each.user().additionalGids().isEmpty()),
                "cannot set any additional groups in a rootless container");
        if (rootless && namespaces.isNew(Namespace.Type.USER)) {
            in.config.mounts().forEach(this::refuseUnmapped);
        }
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new UnsupportedConfig(sentence);
        }
    }

    private static boolean noRoot(List<IdMapping> mappings) {
        return !isMapped(mappings, 0);
    }

    static boolean isMapped(List<IdMapping> mappings, long id) {
        return mappings.stream().anyMatch(each -> id >= each.containerId() && id - each.containerId() < each.size());
    }

    /** A file system's own uid= and gid= are ids inside. */
    private void refuseUnmapped(Mount mount) {
        for (String option : mount.options()) {
            boolean uid = option.startsWith("uid=");
            if ((uid || option.startsWith("gid=")) && option.substring(4).matches("[0-9]{1,10}")) {
                long id = Long.parseLong(option.substring(4));
                refuse(
                        !isMapped(uid ? in.linux.uidMappings() : in.linux.gidMappings(), id),
                        "cannot specify " + option + " mount option for rootless container: no such id is mapped");
            }
        }
    }

    /** Outer, when init exists in its new namespace: which ids it has. */
    void map(Register pid) {
        if (!namespaces.isNew(Namespace.Type.USER)) {
            return;
        }
        Script outer = in.outer.group("user namespace");
        IdMaps.of(in).write(pid, in.linux.uidMappings(), in.linux.gidMappings());
        outer.group("init").post(ContainerCompiler.MAPPED, "tell init that its ids are mapped");
    }

    /** Init: before this its ids mean nothing. */
    void awaitMap() {
        if (namespaces.isNew(Namespace.Type.USER)) {
            in.init.group("user namespace").await(ContainerCompiler.MAPPED, "wait until the ids are mapped");
        }
    }

    /** User 0 in a user namespace that the script's process is in, with every capability there. */
    static void becomeRoot(Script script) {
        script.group("user namespace");
        script.run(Calls.SETRESGID, "become group 0 of the user namespace", Arg.ZERO, Arg.ZERO, Arg.ZERO);
        script.run(Calls.SETRESUID, "become user 0 of the user namespace", Arg.ZERO, Arg.ZERO, Arg.ZERO);
        // It ends with a change of user (PR_SET_PDEATHSIG(2const)). The parent's death in between is seen at a barrier.
        Settings.dieWithTheRuntime(script, "die with the runtime, as this user too");
    }
}
