package dev.estiba.runtime.compile;

import dev.estiba.linux.number.Errno;
import java.util.Optional;
import java.util.Set;

/**
 * A value for a file of a cgroup, as a start writes it and an update.
 *
 * @param controller whose file it is
 * @param otherwise the file's other name, on a kernel that lacks the first one
 * @param otherValue what goes there
 * @param ignored errors after which the limit counts as set
 * @param entry whether the file is a table of which this is one line: then what it said before cannot be put back as a whole
 */
public record GroupSetting(
        String controller,
        String file,
        Optional<String> otherwise,
        String value,
        String otherValue,
        Set<Errno> ignored,
        boolean entry) {
    public GroupSetting {
        ignored = Set.copyOf(ignored);
    }

    static GroupSetting of(String controller, String file, String value) {
        return new GroupSetting(controller, file, Optional.empty(), value, value, Set.of(), false);
    }

    static GroupSetting of(String controller, String file, long value) {
        return of(controller, file, Long.toUnsignedString(value));
    }

    /** A line of a table. */
    GroupSetting asEntry() {
        return new GroupSetting(controller, file, otherwise, value, otherValue, ignored, true);
    }

    /** On a kernel that has not that file, the other one. */
    GroupSetting or(String other) {
        return new GroupSetting(controller, file, Optional.of(other), value, value, ignored, entry);
    }

    /** On a kernel that has not that file, nothing; EBADF is what the write to it says then. */
    GroupSetting ifThere() {
        return new GroupSetting(
                controller, file, otherwise, value, otherValue, Set.of(Errno.ENOENT, Errno.EBADF), entry);
    }

    /** It is written once more after what stands in its way now. */
    GroupSetting early() {
        return new GroupSetting(controller, file, otherwise, value, otherValue, Set.of(Errno.EINVAL), entry);
    }
}
