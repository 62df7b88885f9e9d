package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.plan.Script;
import java.util.List;

/** A container's cgroups: one implementation for version 1 and hybrid hosts, one for version 2. */
interface Cgroups {
    /** The one that fits the caller's host and its rights. */
    static Cgroups of(Assembly in) {
        return NoCgroups.suffice(in) ? new NoCgroups(in) : new CgroupsV1(in);
    }

    /** Outer: makes the groups, sets the limits, tells init of it; undo: removes them. */
    void create();

    /** Init waits until they are made and joins them; only the first call appends steps. */
    void join();

    /** The configuration's mount of type cgroup. */
    void mountInside(Mount mount, MountOptions options);

    /** Removes the groups that {@link #create} has made, from the outer actor, when the container has ended. */
    void remove(Script script);

    /** The groups' directories, for the record: what delete removes. */
    List<String> directories();
}
