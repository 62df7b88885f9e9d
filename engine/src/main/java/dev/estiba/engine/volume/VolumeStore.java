package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.Volume;
import dev.estiba.engine.store.Projects;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The directories of volumes, beneath the data root: {@code volumes/NAME} has the volume's files ({@code _data}) and its record. A
 * volume is there from the moment on in which its directory gets its name, and gone when it loses it; what has another name than a
 * volume's is rubbish. Any number of processes may work on them: who changes names holds the directory's lock, and waits for no
 * other one meanwhile.
 *
 * <p>Nobody but the engine's user comes in there: files of a volume may be set-user-ID programs of a container's (CVE-2021-41091).
 */
final class VolumeStore {
    static final String DATA = "_data";
    private static final Logger LOG = System.getLogger(VolumeStore.class.getName());
    private static final String RECORD = "volume.json";
    /** Says of which container it is that leaves nothing behind. */
    private static final String EPHEMERAL = "ephemeral";

    private static final String MADE = ".new";
    private static final String GONE = ".gone-";
    private static final int CAP = 1 << 20;
    private static final int MOST = 1 << 20;

    private final Path directory;
    private final Projects projects;

    VolumeStore(Path dataRoot) {
        directory = dataRoot.resolve("volumes");
        projects = new Projects(dataRoot);
    }

    /** Whether the file system can limit what is written to a volume. */
    boolean isLimited() throws IOException {
        return projects.areLimited();
    }

    /** Held by who changes which volumes there are. */
    record Lock(Fd directory) implements AutoCloseable {
        @Override
        public void close() {
            directory.close();
        }
    }

    Lock lock() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Fd open = Open.absolute(directory.toString(), Open.How.directory());
        boolean held = false;
        try {
            Flock.lock(open, Flock.Kind.EXCLUSIVE);
            held = true;
            return new Lock(open);
        } finally {
            if (!held) {
                open.close();
            }
        }
    }

    /** Where a volume's files are; the name has been checked. */
    Path data(String name) {
        return directory.resolve(name).resolve(DATA);
    }

    Path directory(String name) {
        return directory.resolve(name);
    }

    /** Empty when there is none of that name. */
    Optional<Volume> find(String name) throws IOException {
        if (!VolumeNames.isName(name)) {
            return Optional.empty();
        }
        Optional<byte[]> record = read(name, RECORD);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Body.VOLUME.read(record.get()).at(data(name).toString()));
        } catch (ApiException e) {
            throw ApiException.serverError("the record of the volume " + name + ", " + directory(name) + "/" + RECORD
                    + ", is damaged: " + e.message());
        }
    }

    /** All that can be read, by name; one that cannot is in no other one's way. */
    List<Volume> all() throws IOException {
        List<Volume> all = new ArrayList<>();
        for (String name : names()) {
            try {
                find(name).ifPresent(all::add);
            } catch (ApiException e) {
                LOG.log(Level.WARNING, e.message());
            }
        }
        return all;
    }

    List<String> names() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            return Directory.list(open, MOST).stream()
                    .map(Directory.Entry::name)
                    .filter(VolumeNames::isName)
                    .sorted()
                    .toList();
        }
    }

    private Optional<byte[]> read(String name, String file) throws IOException {
        try (Fd open = Open.absolute(directory(name).toString(), Open.How.directory());
                Fd opened = Open.at(open, file, Open.How.reading().with(Open.noFollowFlag()))) {
            return Optional.of(FileBytes.readAll(opened, CAP));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENAMETOOLONG)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The container that a volume goes with, whatever becomes of that one's record. */
    Optional<String> ephemeral(String name) throws IOException {
        return read(name, EPHEMERAL).map(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    }

    /**
     * Makes a volume. Unless it is ephemeral, it outlives a power cut when this returns.
     *
     * @param size how many bytes may be written there; 0: as many as there are
     * @param container the one that it goes with
     */
    void create(Lock lock, Volume volume, long size, Optional<String> container) throws IOException {
        remove(lock.directory(), MADE); // of somebody who was killed
        Directory.make(lock.directory(), MADE, 0700);
        boolean named = false;
        try (Fd made = Open.at(lock.directory(), MADE, Open.How.directory())) {
            byte[] record = Body.VOLUME.write(volume.at(""), Layout.COMPACT);
            makeData(made, size);
            if (container.isPresent()) {
                AtomicFile.write(made, EPHEMERAL, container.get().getBytes(StandardCharsets.US_ASCII));
                AtomicFile.write(made, RECORD, record);
            } else {
                AtomicFile.writeDurably(made, RECORD, record);
            }
            Names.rename(lock.directory(), MADE, lock.directory(), volume.name());
            named = true;
        } finally {
            if (!named) {
                remove(lock.directory(), MADE);
            }
        }
        if (container.isEmpty()) {
            Names.sync(lock.directory());
        }
    }

    private void makeData(Fd made, long size) throws IOException {
        Directory.make(made, DATA, 0700);
        try (Fd data = Open.at(made, DATA, Open.How.directory());
                CallMemory memory = new CallMemory()) {
            Attributes.permit(memory, data, 0755); // whatever this process' umask is
            if (size > 0) {
                projects.limit(data, projects.free(Set.of()), size);
            }
        }
    }

    /**
     * From here on there is no such volume, also after a power cut.
     *
     * @return what its directory is called until {@link #sweep} removes it
     */
    String forget(Lock lock, String name) throws IOException {
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        String gone = GONE + HexFormat.of().formatHex(random);
        Names.rename(lock.directory(), name, lock.directory(), gone);
        Names.sync(lock.directory());
        return gone;
    }

    /** Without the lock: it may take its time. */
    void sweep(String gone) throws IOException {
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            remove(open, gone);
        }
    }

    /** Removes what those have left who were killed. */
    void collectRubbish() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<String> gone;
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            gone = Directory.list(open, MOST).stream()
                    .map(Directory.Entry::name)
                    .filter(name -> name.startsWith(".") && !name.equals(MADE))
                    .toList();
        }
        for (String each : gone) {
            sweep(each);
        }
        try (Lock lock = lock()) {
            remove(lock.directory(), MADE);
        }
    }

    /** With the quota that it may have: its directory alone knows of which project it is. */
    private void remove(Fd directory, String name) throws IOException {
        OptionalLong project = project(directory, name);
        RemoveTree.remove(directory, name);
        if (project.isPresent()) {
            projects.giveBack(project.getAsLong());
        }
    }

    private static OptionalLong project(Fd directory, String name) throws IOException {
        try (Fd data = Open.at(
                directory, name + "/" + DATA, Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS))) {
            return Projects.of(data);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }
}
