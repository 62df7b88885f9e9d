package dev.estiba.content.inspect;

import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Gives a file what another one has, but for its content. Used by one thread. */
final class MetadataCopy {
    static final int PERMISSIONS = 07777;

    private final CallMemory memory;
    private final Owners owners;

    MetadataCopy(CallMemory memory, Owners owners) {
        this.memory = memory;
        this.owners = owners;
    }

    /** The owner first, since chown(2) takes setuid bits and capabilities away; the times last. */
    void copy(Fd from, Fd to, Stat stat) throws IOException {
        Attributes.own(
                memory, to, owners.uid().applyAsLong(stat.uid()), owners.gid().applyAsLong(stat.gid()));
        for (byte[] name : ExtendedAttributes.list(memory, from)) {
            if (FileAttributes.isKept(new String(name, StandardCharsets.ISO_8859_1))) {
                Optional<byte[]> value = ExtendedAttributes.get(memory, from, name);
                if (value.isPresent()) {
                    ExtendedAttributes.set(memory, to, name, owners.attribute(name, value.get()));
                }
            }
        }
        Attributes.permit(memory, to, stat.mode() & PERMISSIONS);
        Attributes.date(memory, to, stat.accessed(), stat.modified());
    }

    /** The same for what is not opened: owner and times. */
    void give(Fd directory, byte[] name, Stat stat) throws IOException {
        long uid = owners.uid().applyAsLong(stat.uid());
        long gid = owners.gid().applyAsLong(stat.gid());
        Attributes.own(memory, directory, name, uid, gid);
        Attributes.date(memory, directory, name, stat.accessed(), stat.modified());
    }
}
