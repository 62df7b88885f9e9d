package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who the process runs as: {@code process.user} of config.md.
 *
 * @param uid 0 to 2^32-1
 * @param gid 0 to 2^32-1
 * @param umask 0 to 07777; absent keeps the runtime's own default
 * @param additionalGids supplementary groups, each 0 to 2^32-1
 * @param username of Windows containers
 */
public record User(long uid, long gid, OptionalInt umask, List<Long> additionalGids, Optional<String> username) {
    /** umask(2) uses the permission bits alone; four octal digits are what people write. */
    public static final int MAX_UMASK = 07777;

    /** What an absent {@code user} means. */
    public static final User ROOT = User.of(0, 0);

    public User {
        additionalGids = List.copyOf(additionalGids);
        username = Copies.nonEmpty(username);
        Ranges.uint32("uid", uid);
        Ranges.uint32("gid", gid);
        Ranges.between("umask", umask, 0, MAX_UMASK);
        for (long group : additionalGids) {
            Ranges.uint32("additionalGids", group);
        }
    }

    /** A user without umask and supplementary groups. */
    public static User of(long uid, long gid) {
        return new User(uid, gid, OptionalInt.empty(), List.of(), Optional.empty());
    }
}
