package dev.estiba.runtime.record;

import dev.estiba.oci.runtime.Hook;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A container's {@code state.json}: all that later commands must know of it without its bundle. It never changes, and
 * says no status: that is asked of the kernel each time, so no file can lie.
 *
 * @param id its name beneath the root of states
 * @param bundle the bundle's directory, absolute
 * @param rootfs its root file system, absolute
 * @param created when, RFC 3339
 * @param owner the user who made it
 * @param bootId of the kernel it was made under (random(4), boot_id): after another boot no pid means anything
 * @param ownPids whether it has a pid namespace of its own, so that its init's end is everybody's
 * @param annotations of its configuration, in order
 * @param cgroups the directories that are its own, absolute, each in another hierarchy
 * @param unified whether there is one of them, in version 2's hierarchy
 * @param poststart hooks of start
 * @param poststop hooks of delete
 */
public record ContainerRecord(
        String id,
        String bundle,
        String rootfs,
        String created,
        long owner,
        String bootId,
        boolean ownPids,
        Map<String, String> annotations,
        List<String> cgroups,
        boolean unified,
        List<Hook> poststart,
        List<Hook> poststop) {
    /** Of the format; a reader refuses a later one. */
    public static final int VERSION = 1;

    public ContainerRecord {
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        cgroups = List.copyOf(cgroups);
        poststart = List.copyOf(poststart);
        poststop = List.copyOf(poststop);
    }
}
