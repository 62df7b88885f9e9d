package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.List;
import java.util.Optional;

/** A container's cgroups: one implementation for version 1 and hybrid hosts, one for version 2. */
interface Cgroups {
    /** The one that fits the caller's host and its rights. */
    static Cgroups of(Assembly in) {
        if (NoCgroups.suffice(in)) {
            return new NoCgroups(in);
        }
        return in.request.cgroups().unified() ? new CgroupsV2(in) : new CgroupsV1(in);
    }

    /** Outer: makes the groups, sets the limits, tells init of it; undo: removes them. */
    void create();

    /** Whether {@link #create} comes before init does, which then is in its group from its first moment on. */
    default boolean beforeInit() {
        return false;
    }

    /** The descriptor of the group that init is started in; -1 for one that joins by itself. */
    default Arg cloneInto() {
        return Arg.of(-1);
    }

    /** What the step that starts init is called. */
    default String startInit() {
        return "start the container's init";
    }

    /** Init waits until they are made and joins them; only the first call appends steps. */
    void join();

    /** The configuration's mount of type cgroup. */
    void mountInside(Mount mount, MountOptions options);

    /** What {@link #remove} needs, in a plan that makes no groups. */
    void open(Script script, OnFailure onFailure);

    /** Removes the groups that {@link #create} has made, from the outer actor, when the container has ended. */
    void remove(Script script);

    /** The groups' directories, for the record: what delete removes. */
    List<String> directories();

    /** The file in which the kernel counts how often it has killed for want of memory. */
    Optional<String> outOfMemoryFile();

    /** The files in which it counts what else a person may want to know when the container has ended: cpu.stat and the like. */
    List<String> counterFiles();

    /** The group that every process of the container is in. */
    Optional<String> everybody();
}
