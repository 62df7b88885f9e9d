package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongUnaryOperator;

/**
 * What users and groups become when files go from an image's ids to those that a container with a user namespace has on the host,
 * or back from there: owners, and the ids within attributes.
 *
 * @param uid of users
 * @param gid of groups
 */
public record Owners(LongUnaryOperator uid, LongUnaryOperator gid) {
    public static final Owners SAME = new Owners(LongUnaryOperator.identity(), LongUnaryOperator.identity());

    private static final String CAPABILITY = "security.capability";
    private static final String ACCESS = "system.posix_acl_access";
    private static final String DEFAULT = "system.posix_acl_default";

    /** struct vfs_cap_data and vfs_ns_cap_data of linux/capability.h: the second has the id of the namespace's root behind. */
    private static final int REVISION = 0xff000000;

    private static final int OF_HOST = 0x02000000;
    private static final int OF_NAMESPACE = 0x03000000;
    private static final int OF_HOST_SIZE = 20;
    private static final int OF_NAMESPACE_SIZE = 24;

    /** struct posix_acl_xattr_entry of linux/posix_acl_xattr.h, behind a version. */
    private static final int ACL_HEAD = 4;

    private static final int ACL_ENTRY = 8;
    private static final int ACL_USER = 2;
    private static final int ACL_GROUP = 8;

    /** An entry of an archive with the ids that it has then. */
    public TarMetadata of(TarMetadata entry) {
        if (equals(SAME)) {
            return entry;
        }
        SequencedMap<TarBytes, TarBytes> attributes = new LinkedHashMap<>();
        entry.attributes()
                .forEach(
                        (name, value) -> attributes.put(name, TarBytes.of(attribute(name.toArray(), value.toArray()))));
        return entry.withOwner(uid.applyAsLong(entry.uid()), gid.applyAsLong(entry.gid()))
                .withAttributes(attributes);
    }

    /** An extended attribute's value with the ids that it has then; any other attribute's is left as it is. */
    public byte[] attribute(byte[] name, byte[] value) {
        return switch (new String(name, StandardCharsets.ISO_8859_1)) {
            case CAPABILITY -> capability(value);
            case ACCESS, DEFAULT -> accessList(value);
            default -> value;
        };
    }

    /** capabilities(7), "Namespaced file capabilities". */
    private byte[] capability(byte[] value) {
        if (value.length != OF_HOST_SIZE && value.length != OF_NAMESPACE_SIZE) {
            return value;
        }
        ByteBuffer from = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int magic = from.getInt(0);
        boolean ofNamespace = (magic & REVISION) == OF_NAMESPACE && value.length == OF_NAMESPACE_SIZE;
        if (!ofNamespace && (magic & REVISION) != OF_HOST) {
            return value;
        }
        long root = uid.applyAsLong(ofNamespace ? Integer.toUnsignedLong(from.getInt(OF_HOST_SIZE)) : 0);
        byte[] result = Arrays.copyOf(value, root == 0 ? OF_HOST_SIZE : OF_NAMESPACE_SIZE);
        ByteBuffer to = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(0, magic & ~REVISION | (root == 0 ? OF_HOST : OF_NAMESPACE));
        if (root != 0) {
            to.putInt(OF_HOST_SIZE, (int) root);
        }
        return result;
    }

    private byte[] accessList(byte[] value) {
        byte[] result = value.clone();
        ByteBuffer list = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = ACL_HEAD; at + ACL_ENTRY <= result.length; at += ACL_ENTRY) {
            long id = Integer.toUnsignedLong(list.getInt(at + 4));
            switch (list.getShort(at)) {
                case ACL_USER -> list.putInt(at + 4, (int) uid.applyAsLong(id));
                case ACL_GROUP -> list.putInt(at + 4, (int) gid.applyAsLong(id));
                default -> {} // the owner's, the mask, the others': they name nobody
            }
        }
        return result;
    }
}
