package dev.estiba.content.unpack;

import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.time.Instant;

/** A directory of the layer that entries are made in; its times are set when nothing more is made in it for now. */
final class OpenDirectory {
    private final Fd fd;
    private boolean givesGroup;
    private Instant accessed;
    private Instant modified;

    private OpenDirectory(Fd fd, boolean givesGroup, Instant accessed, Instant modified) {
        this.fd = fd;
        this.givesGroup = givesGroup;
        this.accessed = accessed;
        this.modified = modified;
    }

    /** Remembers the times that it has, before entries change them. */
    static OpenDirectory of(CallMemory memory, Fd fd) throws IOException {
        Attributes.Stat stat = Attributes.of(memory, fd);
        return new OpenDirectory(fd, (stat.mode() & TreeBuilder.SETGID) != 0, stat.accessed(), stat.modified());
    }

    Fd fd() {
        return fd;
    }

    /** Whether what is made in it gets its group, and directories its setgid bit. */
    boolean givesGroup() {
        return givesGroup;
    }

    void permitted(int mode) {
        givesGroup = (mode & TreeBuilder.SETGID) != 0;
    }

    void date(Instant accessed, Instant modified) {
        this.accessed = accessed;
        this.modified = modified;
    }

    void settle(CallMemory memory) throws IOException {
        Attributes.date(memory, fd, accessed, modified);
    }
}
