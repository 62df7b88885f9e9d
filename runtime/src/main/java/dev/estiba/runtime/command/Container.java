package dev.estiba.runtime.command;

import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.ContainerRecord;
import dev.estiba.runtime.record.InitRecord;
import dev.estiba.runtime.record.RecordException;
import dev.estiba.runtime.record.RecordReader;
import java.util.List;
import java.util.Optional;

/**
 * An existing container as its files say it is.
 *
 * @param init its first process; empty when none was recorded, or under another kernel's boot
 * @param hasInitFile whether something was recorded of it, whatever it is
 */
record Container(ContainerRecord record, Optional<InitRecord> init, boolean hasInitFile) {
    /** runc's words, which its callers match. */
    static final String UNKNOWN = "container does not exist";

    /**
     * The one that a command names as its first argument.
     *
     * @throws UsageException when there is none, or its record cannot be read
     */
    static Container named(String id, Request request, String bootId) throws UsageException {
        StartCommand.checkId(id);
        Optional<byte[]> record = request.bytes(Tag.STATE);
        if (record.isEmpty()) {
            throw new UsageException(UNKNOWN);
        }
        try {
            return of(record.get(), request.bytes(Tag.INIT), bootId);
        } catch (RecordException e) {
            throw new UsageException("state.json of container " + id + " cannot be followed: " + e.getMessage());
        }
    }

    /** @throws RecordException when the bytes are no record */
    static Container of(byte[] record, Optional<byte[]> init, String bootId) throws RecordException {
        ContainerRecord read = RecordReader.read(record);
        boolean sameBoot = read.bootId().equals(bootId);
        return new Container(read, sameBoot ? init.flatMap(InitRecord::parse) : Optional.empty(), init.isPresent());
    }

    /** Whether there is a record at all, and one that this runtime may act on, or must leave to a later one. */
    static boolean readable(Request request) {
        Optional<byte[]> record = request.bytes(Tag.STATE);
        if (record.isEmpty()) {
            return false;
        }
        try {
            RecordReader.read(record.get());
            return true;
        } catch (RecordException e) {
            return !e.isCutShort();
        }
    }

    String id() {
        return record.id();
    }

    /** The directory of its group in the hierarchy of a version 1 controller. */
    Optional<String> cgroup(String controller) {
        return record.unified() ? Optional.empty() : inVersion1(controller);
    }

    /** The directory of its version 2 group. */
    Optional<String> unified() {
        return record.unified() ? record.cgroups().stream().findFirst() : Optional.empty();
    }

    private Optional<String> inVersion1(String controller) {
        return record.cgroups().stream()
                .filter(path -> List.of(path.split("/")[4].split(",")).contains(controller))
                .findFirst();
    }

    /** A group that lists all of its processes: the freezer's, which every process of it is in, or any. */
    Optional<String> anyCgroup() {
        return cgroup("freezer").or(() -> record.cgroups().stream().findFirst());
    }
}
