package dev.estiba.content.tar;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What every entry has. A directory's name usually ends in a slash; names are kept as they are, and who unpacks resolves them.
 *
 * @param name not empty, without NUL
 * @param mode permissions with setuid, setgid and sticky, 0 to 07777
 * @param uid 0 to 2^32-2; 2^32-1 is "no user" to the kernel
 * @param gid likewise
 * @param user the owner's name; empty when the archive has none
 * @param group likewise
 * @param modified may be before 1970
 * @param accessed where the archive says so; when the inode changed, which it may say too, nobody can set
 * @param attributes extended attributes, such as {@code security.capability}, in the archive's order
 */
public record TarMetadata(
        TarBytes name,
        int mode,
        long uid,
        long gid,
        TarBytes user,
        TarBytes group,
        Instant modified,
        Optional<Instant> accessed,
        SequencedMap<TarBytes, TarBytes> attributes) {
    static final long LAST_ID = 0xffff_fffeL;

    public TarMetadata {
        if (name.isEmpty() || name.has(0) || user.has(0) || group.has(0)) {
            throw new IllegalArgumentException("a name is empty or has a NUL: " + name);
        }
        if (mode < 0 || mode > 07777 || uid < 0 || uid > LAST_ID || gid < 0 || gid > LAST_ID) {
            throw new IllegalArgumentException(name + " has mode " + mode + ", owner " + uid + ":" + gid);
        }
        for (TarBytes attribute : attributes.keySet()) {
            if (attribute.isEmpty() || attribute.has(0)) {
                throw new IllegalArgumentException(name + " has an attribute " + attribute);
            }
        }
        attributes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
    }

    /** Of root, from 1970, without attributes. */
    public static TarMetadata of(TarBytes name, int mode) {
        return new TarMetadata(
                name,
                mode,
                0,
                0,
                TarBytes.EMPTY,
                TarBytes.EMPTY,
                Instant.EPOCH,
                Optional.empty(),
                new LinkedHashMap<>());
    }

    public TarMetadata withOwner(long uid, long gid) {
        return new TarMetadata(name, mode, uid, gid, user, group, modified, accessed, attributes);
    }

    public TarMetadata withModified(Instant time) {
        return new TarMetadata(name, mode, uid, gid, user, group, time, accessed, attributes);
    }

    public TarMetadata withAttributes(Map<TarBytes, TarBytes> all) {
        return new TarMetadata(name, mode, uid, gid, user, group, modified, accessed, new LinkedHashMap<>(all));
    }
}
