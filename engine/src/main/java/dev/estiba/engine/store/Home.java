package dev.estiba.engine.store;

import dev.estiba.api.ApiException;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.FileStamp;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container's two directories, held and locked: beneath the data root what it keeps (record, changed files, log),
 * beneath the exec root what ends with the boot (its monitor's socket and last words; all of the record of an ephemeral
 * one). Nobody else changes the container while this is open: flock(2) on the first directory, which is taken before any
 * lock of the runtime.
 */
public final class Home implements AutoCloseable {
    static final String RECORD = "container.json";
    static final String LIFE = "life.json";
    private static final int CAP = 4 << 20;

    private final String id;
    private final Path dataPath;
    private final Path runPath;
    private final Fd data;
    private final Fd run;
    private final Remembered remembered;

    Home(String id, Path dataPath, Path runPath, Fd data, Fd run, Remembered remembered) {
        this.id = id;
        this.dataPath = dataPath;
        this.runPath = runPath;
        this.data = data;
        this.run = run;
        this.remembered = remembered;
    }

    public String id() {
        return id;
    }

    /** What it keeps. */
    public Path dataPath() {
        return dataPath;
    }

    /** What ends with the boot. */
    public Path runPath() {
        return runPath;
    }

    /** The descriptor of {@link #runPath}, which stays this object's. */
    public Fd run() {
        return run;
    }

    /** The descriptor of {@link #dataPath}, which stays this object's. */
    public Fd data() {
        return data;
    }

    void writeRecord(ContainerRecord record) throws IOException {
        byte[] bytes = RecordJson.write(record);
        if (bytes.length > CAP) {
            // Nobody could read it again.
            throw ApiException.badRequest(
                    "the container's configuration takes " + bytes.length + " bytes, and " + CAP + " is the most");
        }
        if (record.ephemeral()) {
            AtomicFile.write(run, RECORD, bytes);
        } else {
            AtomicFile.writeDurably(data, RECORD, bytes);
        }
        // Nobody else writes it while this is locked.
        FileStamp.of(record.ephemeral() ? run : data, RECORD).ifPresent(stamp -> remembered.keep(stamp, record));
    }

    /**
     * Empty when there is no container any more.
     *
     * @throws UnreadableRecord when it is damaged, or of a later version
     */
    public Optional<ContainerRecord> record() throws IOException {
        Optional<FileStamp> kept = FileStamp.of(data, RECORD);
        Fd directory = kept.isPresent() ? data : run;
        Optional<FileStamp> stamp = kept.isPresent() ? kept : FileStamp.of(run, RECORD);
        if (stamp.isEmpty()) {
            remembered.forget(id);
            return Optional.empty();
        }
        Optional<ContainerRecord> known = remembered.of(id, stamp.get());
        return known.isPresent() ? known : read(directory, stamp.get());
    }

    private Optional<ContainerRecord> read(Fd directory, FileStamp stamp) throws IOException {
        Optional<byte[]> bytes = read(directory, RECORD);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            ContainerRecord record = RecordJson.read(bytes.get());
            remembered.keep(stamp, record);
            return Optional.of(record);
        } catch (IOException e) {
            throw new UnreadableRecord(id, dataPath, e);
        }
    }

    /** Whether all that is kept of it ends with the boot. */
    private boolean isEphemeral() throws IOException {
        return FileStamp.of(data, RECORD).isEmpty() && FileStamp.of(run, RECORD).isPresent();
    }

    /** @throws UnreadableRecord when it is damaged */
    public Life life() throws IOException {
        // An empty one is one that was renamed and not written yet when the power went (it is not made durable).
        Optional<byte[]> bytes = read(run, LIFE);
        if (bytes.isEmpty()) {
            bytes = read(data, LIFE).filter(read -> read.length > 0);
        }
        if (bytes.isEmpty()) {
            return Life.NONE;
        }
        try {
            return RecordJson.readLife(bytes.get());
        } catch (IOException e) {
            throw new UnreadableRecord(id, dataPath, e);
        }
    }

    public void writeLife(Life life) throws IOException {
        AtomicFile.write(isEphemeral() ? run : data, LIFE, RecordJson.write(life));
    }

    /** A file of the run directory; empty when it is not there. */
    public Optional<byte[]> runFile(String name) throws IOException {
        return read(run, name);
    }

    /** A file of the data directory; empty when it is not there. */
    public Optional<byte[]> dataFile(String name) throws IOException {
        return read(data, name);
    }

    public void removeRunFile(String name) throws IOException {
        Names.remove(run, name);
    }

    static Optional<byte[]> read(Fd directory, String name) throws IOException {
        try (Fd file = Open.at(directory, name, Open.How.reading().with(Open.noFollowFlag()))) {
            return Optional.of(FileBytes.readAll(file, CAP));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        data.close();
        run.close();
    }
}
