package dev.estiba.engine.store;

import dev.estiba.linux.FileStamp;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was read of containers' records, for as long as their files are the same: a record is read a dozen times in the life of a
 * short container, and each time it would be opened, read and parsed. Other processes may write it as well, so that its file is
 * looked at every time.
 */
final class Remembered {
    private record Read(FileStamp stamp, ContainerRecord record) {}

    private final ConcurrentHashMap<String, Read> all = new ConcurrentHashMap<>();

    /** @param stamp of the file as it is now */
    Optional<ContainerRecord> of(String id, FileStamp stamp) {
        Read read = all.get(id);
        return read != null && read.stamp().equals(stamp) ? Optional.of(read.record()) : Optional.empty();
    }

    /** @param stamp of the file from before it was read: what was written meanwhile is read again */
    void keep(FileStamp stamp, ContainerRecord record) {
        all.put(record.id(), new Read(stamp, record));
    }

    void forget(String id) {
        all.remove(id);
    }
}
