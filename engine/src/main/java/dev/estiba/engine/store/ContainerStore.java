package dev.estiba.engine.store;

import dev.estiba.api.ApiException;
import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileStamp;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All containers' records. It holds nothing: any number of engines may use the same directories at the same time. A name
 * is a symbolic link to the id: whoever makes the link has the name.
 *
 * <p>Order of locks: a container's home; then the directory of names; then the home of a container that has a name and no
 * record, which is one that is being made, and waits for no other container's name any more.
 */
public final class ContainerStore {
    private static final int MOST = 1 << 20;
    private static final int ID_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String SPARES = "spares";
    private static final Set<String> SPARED = Set.of("upper", "work");

    private final Path root;
    private final Path containers;
    private final Path names;
    private final Path running;
    private final Path execRoot;
    private final Path mountPoint;
    private final Path spares;
    private final Unborn unborn;
    private final Remembered remembered = new Remembered();
    private final Remover remover;
    private final Release release;

    /** Removes a directory with all that is in it, and nothing when it is not there. */
    @FunctionalInterface
    public interface Remover {
        /** @param directory absolute */
        void remove(Path directory) throws IOException;
    }

    /** Lets go of what was kept for a container that is no more. */
    @FunctionalInterface
    public interface Release {
        void of(ContainerRecord record) throws IOException;
    }

    /** For who owns everything in the directories. */
    public ContainerStore(EnginePaths paths) {
        this(
                paths,
                directory -> {
                    throw new AccessDeniedException(directory.toString());
                },
                _ -> {});
    }

    /**
     * @param remover of what this process may not remove: files of ids that an ordinary user was lent
     * @param release of what is kept beside the container's own: its image
     */
    public ContainerStore(EnginePaths paths, Remover remover, Release release) {
        this.remover = remover;
        this.release = release;
        root = paths.dataRoot();
        containers = root.resolve("containers");
        names = paths.dataRoot().resolve("names");
        execRoot = paths.execRoot();
        running = execRoot.resolve("containers");
        spares = root.resolve(SPARES);
        mountPoint = execRoot.resolve("rootfs");
        unborn = new Unborn(containers);
    }

    /** Makes the directories, of mode 0700; nobody else sees what there is in those above them. */
    public void open() throws IOException {
        for (Path path : List.of(root, execRoot)) {
            make(path, "rwx--x--x");
        }
        for (Path path : List.of(containers, names, mountPoint, running)) {
            make(path, "rwx------");
        }
        BootMark.ensure(execRoot, List.of("containers", "runtime"));
    }

    private static void make(Path path, String mode) throws IOException {
        if (!Files.isDirectory(path)) {
            Path above = path.getParent();
            if (above != null) {
                Files.createDirectories(above);
            }
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        }
    }

    /** What has a directory for each container, by its id; what else is in it is none. */
    public Path directory() {
        return containers;
    }

    /** Where each container mounts its root, in a mount namespace of its own. */
    public Path mountPoint() {
        return mountPoint;
    }

    public static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * Makes a container's directories and record, and takes its name.
     *
     * @return its home, locked
     * @throws ApiException 409 when the name is taken
     */
    public Home create(ContainerRecord record) throws IOException {
        return create(record, Optional.empty());
    }

    /** The same in a directory that there is already; a new one takes its place where it cannot be had. */
    public Home create(ContainerRecord record, Optional<SpareDirectory> spare) throws IOException {
        Home home = makeHome(record.id(), spare);
        boolean there = false;
        try {
            takeName(record.name(), record.id());
            try {
                home.writeRecord(record);
                there = true;
                return home;
            } finally {
                if (!there) {
                    dropName(record.name(), record.id());
                }
            }
        } finally {
            if (!there) {
                removeDirectories(home);
                home.close();
            }
        }
    }

    private Home makeHome(String id, Optional<SpareDirectory> spare) throws IOException {
        Optional<Fd> adopted = spare.isPresent() ? unborn.adopt(spares, spare.get(), id) : Optional.empty();
        Fd data = adopted.isPresent() ? adopted.get() : unborn.make(id);
        try {
            makeRun(id);
            Path run = running.resolve(id);
            Fd opened = Open.absolute(run.toString(), Open.How.directory());
            return new Home(id, containers.resolve(id), run, data, opened, remembered);
        } catch (IOException e) {
            try (data) {
                removeDirectories(id);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void makeRun(String id) throws IOException {
        if (!Files.isDirectory(running)) {
            open(); // the first one since the machine was started
        }
        try (Fd parent = Open.absolute(running.toString(), Open.How.directory())) {
            Directory.make(parent, id, 0700);
        }
    }

    private void takeName(String name, String id) throws IOException {
        try (Fd directory = namesDirectory()) {
            if (Names.link(directory, name, id)) {
                return;
            }
            // One at a time looks whether the holder is still there: a second one would remove the first one's new
            // link.
            Flock.lock(directory, Flock.Kind.EXCLUSIVE);
            while (!Names.link(directory, name, id)) {
                Optional<String> holder = Names.readLink(directory, name);
                if (holder.isPresent()) {
                    if (holder.get().equals(id) || isThere(holder.get())) {
                        throw taken(name, holder.get());
                    }
                    // Of one that went with the boot, or whose engine was killed.
                    if (Names.readLink(directory, name).equals(holder)) {
                        Names.remove(directory, name);
                    }
                }
            }
        }
    }

    /** Waits for one that is just being made, and so has a name and no record yet. */
    private boolean isThere(String id) throws IOException {
        if (exists(id)) {
            return true;
        }
        Optional<Home> home = isId(id) ? lock(id) : Optional.empty();
        home.ifPresent(Home::close);
        return exists(id);
    }

    private static ApiException taken(String name, String holder) {
        return ApiException.conflict("Conflict. The container name \"/" + name + "\" is already in use by container \""
                + holder + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    private void dropName(String name, String id) throws IOException {
        try (Fd directory = namesDirectory()) {
            if (Names.readLink(directory, name).filter(id::equals).isPresent()) {
                Names.remove(directory, name);
            }
        }
    }

    private Fd namesDirectory() throws IOException {
        return Open.absolute(names.toString(), Open.How.directory());
    }

    /** Which ids of the host containers have for themselves. */
    public IdRanges idRanges() {
        return new IdRanges(root, this::exists);
    }

    /** Gives it another name; the old one is free when this returns. */
    public ContainerRecord rename(Home home, ContainerRecord record, String name) throws IOException {
        takeName(name, record.id());
        ContainerRecord renamed = record.withName(name);
        boolean written = false;
        try {
            home.writeRecord(renamed);
            written = true;
        } finally {
            dropName(written ? record.name() : name, record.id());
        }
        return renamed;
    }

    /** Writes down what else has changed of it. */
    public void replace(Home home, ContainerRecord record) throws IOException {
        home.writeRecord(record);
    }

    /**
     * Gives back what a renaming whose process was killed had no time to: the new name when it was not written down, else the old one.
     * Until then two names stand for one container.
     */
    public void dropStrayNames() throws IOException {
        Map<String, List<String>> all = new HashMap<>();
        try (Fd directory = namesDirectory()) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                Names.readLink(directory, entry.name())
                        .ifPresent(id ->
                                all.computeIfAbsent(id, _ -> new ArrayList<>()).add(entry.name()));
            }
        }
        for (Map.Entry<String, List<String>> names : all.entrySet()) {
            if (names.getValue().size() > 1 && isId(names.getKey())) {
                dropAllButOwn(names.getKey(), names.getValue());
            }
        }
    }

    private void dropAllButOwn(String id, List<String> names) throws IOException {
        Optional<Home> home = lock(id); // a renaming that is under way is over then
        if (home.isPresent()) {
            try (Home locked = home.get()) {
                Optional<ContainerRecord> record = locked.record();
                for (String name : names) {
                    if (record.isPresent() && !name.equals(record.get().name())) {
                        dropName(name, id);
                    }
                }
            }
        }
    }

    private boolean exists(String id) {
        return isId(id)
                && (Files.exists(containers.resolve(id).resolve(Home.RECORD))
                        || Files.exists(running.resolve(id).resolve(Home.RECORD)));
    }

    /** Whether there is a container of that id. */
    public boolean has(String id) {
        return exists(id);
    }

    /** Whether it looks like a whole one. */
    public static boolean isId(String text) {
        return text.length() == 2 * ID_BYTES
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /**
     * The id that an id, its beginning, or a name stands for.
     *
     * @throws ApiException 404 when there is none, 400 when the beginning is that of several
     */
    public String resolve(String reference) throws IOException {
        if (exists(reference)) {
            return reference;
        }
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        if (!name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0) {
            try (Fd directory = namesDirectory()) {
                Optional<String> id = Names.readLink(directory, name).filter(this::exists);
                if (id.isPresent()) {
                    return id.get();
                }
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENAMETOOLONG)) {
                    throw e;
                }
            }
            List<String> beginning =
                    ids().stream().filter(id -> id.startsWith(name)).toList();
            if (beginning.size() == 1) {
                return beginning.getFirst();
            }
            if (beginning.size() > 1) {
                throw ApiException.badRequest("Multiple IDs found with provided prefix: " + name);
            }
        }
        throw ApiException.notFound("No such container: " + reference);
    }

    /** Whether an id, its beginning, or a name stands for a container. */
    public boolean isKnown(String reference) throws IOException {
        try {
            return exists(resolve(reference));
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Every container's id. What has none any more is removed on the way: an engine that was killed may have taken the
     * record away after the next one had looked for rubbish.
     */
    public List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Fd directory = Open.absolute(containers.toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                if (exists(entry.name())) {
                    ids.add(entry.name());
                } else if (isId(entry.name())) {
                    collect(entry.name());
                }
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        return ids;
    }

    /** Opens a container's directories and waits for their lock; empty when it is gone. */
    public Optional<Home> lock(String id) throws IOException {
        Optional<Home> home = look(id);
        if (home.isEmpty()) {
            return home;
        }
        boolean held = false;
        try {
            Flock.lock(home.get().data(), Flock.Kind.EXCLUSIVE);
            held = Flock.isNamed(home.get().data(), home.get().dataPath());
            return held ? home : Optional.empty();
        } finally {
            if (!held) {
                home.get().close();
            }
        }
    }

    /** The same without the lock, to read only. */
    public Optional<Home> look(String id) throws IOException {
        Path data = containers.resolve(id);
        Path run = running.resolve(id);
        try {
            Fd first = Open.absolute(data.toString(), Open.How.directory());
            try {
                boolean made = !Files.isDirectory(run);
                if (made) {
                    makeRun(id);
                }
                Home home =
                        new Home(id, data, run, first, Open.absolute(run.toString(), Open.How.directory()), remembered);
                if (made && !Flock.isNamed(home.data(), home.dataPath())) {
                    // It is being removed, and who does that may have seen no run directory any more.
                    home.close();
                    removeRun(id);
                    return Optional.empty();
                }
                return Optional.of(home);
            } catch (IOException | RuntimeException e) {
                first.close();
                throw e;
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Removes everything that is kept of it; its home stays locked until it is closed, and has no name any more. */
    public void remove(Home home, ContainerRecord record) throws IOException {
        forget(home, record);
        removeDirectories(home);
    }

    /**
     * From here on there is no such container; what is left without a record is rubbish, and known as such. The name last: a
     * container that was left without one would be listed by it, and found by nobody.
     */
    public void forget(Home home, ContainerRecord record) throws IOException {
        Names.remove(home.data(), Home.RECORD);
        Names.remove(home.run(), Home.RECORD);
        dropName(record.name(), record.id());
        remembered.forget(record.id());
        release.of(record);
    }

    /** The run directory twice: who looked meanwhile has made it anew while the other one was there. */
    public void removeDirectories(Home home) throws IOException {
        removeDirectories(home.id());
    }

    private void removeDirectories(String id) throws IOException {
        removeRun(id);
        try (Fd parent = Open.absolute(containers.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, id);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EACCES) && !e.is(Errno.EPERM)) {
                throw e;
            }
            remover.remove(containers.resolve(id));
        }
        removeRun(id);
    }

    /**
     * Keeps the directory of a container that is forgotten, with nothing in it but its upper and work directories; the home's
     * lock is nobody's any more.
     */
    public SpareDirectory spare(Home home) throws IOException {
        SpareDirectory spare = new SpareDirectory(home.id());
        for (Directory.Entry entry : Directory.list(home.data(), MOST)) {
            if (!SPARED.contains(entry.name())) {
                RemoveTree.remove(home.data(), entry.name());
            }
        }
        removeRun(home.id());
        make(spares, "rwx------");
        try (Fd parent = Open.absolute(containers.toString(), Open.How.directory());
                Fd to = Open.absolute(spares.toString(), Open.How.directory())) {
            Names.rename(parent, home.id(), to, spare.name());
        }
        return spare;
    }

    /** @param upper its upper directory as it was when nothing had been changed */
    public boolean isAsBefore(SpareDirectory spare, FileStamp upper) throws IOException {
        return FileStamp.of(spares.resolve(spare.name()).resolve("upper").toString())
                .equals(Optional.of(upper));
    }

    public void remove(SpareDirectory spare) throws IOException {
        try (Fd parent = Open.absolute(spares.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, spare.name());
        }
    }

    /** Those of whoever was here before. */
    public void removeSpares() throws IOException {
        try (Fd parent = Open.absolute(root.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, SPARES);
        }
    }

    private void removeRun(String id) throws IOException {
        try (Fd parent = Open.absolute(running.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, id);
        }
    }

    /**
     * Removes names and directories without a record: of ephemeral containers of an earlier boot, and of engines that
     * were killed.
     */
    public void collectRubbish() throws IOException {
        collectNames();
        try (Fd directory = Open.absolute(containers.toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                Optional<String> unborn = Unborn.idOf(entry.name()).filter(ContainerStore::isId);
                if (unborn.isPresent()) {
                    this.unborn.collect(unborn.get());
                } else if (isId(entry.name()) && !exists(entry.name())) {
                    collect(entry.name());
                }
            }
        }
    }

    /** Removes what is left of one. Who makes a container holds its lock until it has a record, and who removes one until it has no directory. */
    public void collect(String id) throws IOException {
        Optional<Home> home = lock(id);
        if (home.isPresent()) {
            try (Home locked = home.get()) {
                if (!exists(id)) {
                    removeDirectories(locked);
                }
            }
        }
    }

    /** Who has a name and no record yet waits for no other lock: its own may be waited for here. */
    private void collectNames() throws IOException {
        try (Fd directory = namesDirectory()) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                Optional<String> holder = Names.readLink(directory, entry.name());
                if (holder.isEmpty() || exists(holder.get())) {
                    continue;
                }
                try (Fd locked = namesDirectory()) {
                    Flock.lock(locked, Flock.Kind.EXCLUSIVE);
                    if (!isThere(holder.get())) {
                        dropName(entry.name(), holder.get());
                    }
                }
            }
        }
    }
}
