package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.List;
import java.util.Optional;

/**
 * No groups: of somebody who may make none and asks for no limit, as version 1 has it for everybody but root. The container
 * stays in its caller's.
 */
final class NoCgroups implements Cgroups {
    /** An ordinary user, or root of a user namespace, that names no group. */
    static boolean suffice(Assembly in) {
        boolean named = in.linux.cgroupsPath().isPresent();
        if (!in.request.caller().isRootless() || named || in.request.cgroups().unified()) {
            return false;
        }
        Resources resources = in.linux.resources().orElse(Resources.NONE);
        if (!resources.toBuilder().devices(List.of()).build().equals(Resources.NONE)) {
            throw new UnsupportedConfig(
                    "cannot set limits: container could not join or create cgroup: cgroup version 1 is root's"
                            + " (leave linux.resources out, or name a group of yours in linux.cgroupsPath)");
        }
        return true;
    }

    private final Assembly in;

    NoCgroups(Assembly in) {
        this.in = in;
    }

    @Override
    public void create() {
        // there is nothing to make
    }

    @Override
    public void join() {
        // it is in its caller's
    }

    @Override
    public void mountInside(Mount mount, MountOptions options) {
        new CgroupMountV1(
                        in,
                        hierarchy ->
                                hierarchy.directory() + in.request.cgroups().ownIn(hierarchy))
                .mount(mount, options);
    }

    @Override
    public void open(Script script, OnFailure onFailure) {
        // there is nothing to remove
    }

    @Override
    public Optional<String> outOfMemoryFile() {
        return Optional.empty();
    }

    @Override
    public List<String> counterFiles() {
        return List.of();
    }

    @Override
    public Optional<String> everybody() {
        return Optional.empty();
    }

    @Override
    public void remove(Script script) {
        // there is nothing to remove
    }

    @Override
    public List<String> directories() {
        return List.of();
    }
}
