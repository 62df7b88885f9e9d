package dev.estiba.content.inspect;

import dev.estiba.linux.number.Capability;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A file's capabilities (capabilities(7), "File capabilities"; struct vfs_ns_cap_data of linux/capability.h) as cap_to_text(3) has them. */
final class FileCapabilities {
    private static final int REVISION_2 = 0x02000000;
    private static final int REVISION_3 = 0x03000000;
    private static final int EFFECTIVE = 1;
    private static final int LENGTH_2 = 20;
    private static final int LENGTH_3 = 24;

    private FileCapabilities() {}

    /** {@code cap_net_raw=ep}; empty when they are of no kind that is known here. */
    static Optional<String> text(byte[] value) {
        if (value.length != LENGTH_2 && value.length != LENGTH_3) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.getInt();
        boolean isNamespaced = value.length == LENGTH_3;
        if ((magic & ~EFFECTIVE) != (isNamespaced ? REVISION_3 : REVISION_2)) {
            return Optional.empty();
        }
        long permitted = in.getInt() & 0xffffffffL;
        long inheritable = in.getInt() & 0xffffffffL;
        permitted |= (in.getInt() & 0xffffffffL) << 32;
        inheritable |= (in.getInt() & 0xffffffffL) << 32;
        int known = Capability.values().length;
        if ((permitted | inheritable) >>> known != 0) {
            return Optional.empty();
        }
        String effective = (magic & EFFECTIVE) != 0 ? "e" : "";
        List<String> parts = new ArrayList<>();
        add(parts, permitted & ~inheritable, effective + "p");
        add(parts, permitted & inheritable, effective + "ip");
        add(parts, inheritable & ~permitted, effective + "i");
        if (parts.isEmpty()) {
            parts.add("=" + effective);
        }
        if (isNamespaced) {
            parts.add("[rootid=" + Integer.toUnsignedString(in.getInt()) + "]");
        }
        return Optional.of(String.join(" ", parts));
    }

    private static void add(List<String> parts, long set, String flags) {
        List<String> names = new ArrayList<>();
        for (Capability each : Capability.values()) {
            if ((set >>> each.ordinal() & 1) != 0) {
                names.add("cap_" + each.name().toLowerCase(Locale.ROOT));
            }
        }
        if (!names.isEmpty()) {
            parts.add(String.join(",", names) + "=" + flags);
        }
    }
}
