package dev.estiba.runtime.local;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.WithheldCalls;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a plan must be told, gathered by this JVM as native/src/gather.c gathers it for estiba-oci. Safe for several
 * threads.
 */
public final class Gathering {
    private static final int STATE_CAP = 1 << 20;
    private static final int CONFIG_CAP = 10 << 20;
    private static final int HIERARCHIES = 256;
    private static final int CONTROLLERS_CAP = 4096;
    private static final int CALLER_WORDS = 8;
    private static final int IN_USER_NAMESPACE = 1 << 8;
    private static final int WITHOUT_OPEN_TREE = 1 << 9;
    private static final int WITHOUT_MOUNT_SETATTR = 1 << 10;

    /** The hierarchies change when somebody mounts one, and then this process's own list of groups does too. */
    private volatile Layout layout = new Layout("", new byte[0]);

    private record Layout(String own, byte[] entries) {}

    /** The request of a command, as far as every command has it. */
    public List<Buffer> command(List<String> argv, int terminals) throws IOException {
        List<Buffer> buffers = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        for (String word : argv) {
            if (word.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a NUL inside of " + word.replace('\0', '?'));
            }
            words.append(word).append('\0');
        }
        buffers.add(text(Tag.ARGV, words.toString()));
        ProcessFacts.Self self = ProcessFacts.self();
        ByteBuffer caller = ByteBuffer.allocate(CALLER_WORDS * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        caller.putInt((int) self.uid())
                .putInt((int) self.gid())
                .putInt(self.umask())
                .putInt(terminals | (ProcessFacts.inUserNamespace() ? IN_USER_NAMESPACE : 0) | withheld());
        buffers.add(new Buffer(Tag.CALLER, caller.array()));
        // The executor is started in /, so that no relative path is ever taken from this JVM's directory.
        buffers.add(text(Tag.CWD, "/"));
        return buffers;
    }

    private static int withheld() {
        WithheldCalls calls = WithheldCalls.here();
        return (calls.openTree() ? WITHOUT_OPEN_TREE : 0) | (calls.mountSetattr() ? WITHOUT_MOUNT_SETATTR : 0);
    }

    public static Buffer text(Tag tag, String text) {
        return new Buffer(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** How cgroups are mounted, and where this process is in them. */
    public void addCgroups(List<Buffer> buffers) throws IOException {
        String own = ProcessFacts.ownCgroups();
        Layout known = layout;
        if (!known.own().equals(own)) {
            known = new Layout(own, entries());
            layout = known;
        }
        buffers.add(new Buffer(Tag.CGROUPS, known.entries()));
        buffers.add(text(Tag.OWN_CGROUP, own));
    }

    /** The file system's magic number, then every entry's name with its kind before it. */
    private static byte[] entries() throws IOException {
        try (Fd top = Open.absolute("/sys/fs/cgroup", Open.How.directory())) {
            StringBuilder names = new StringBuilder();
            boolean unified = FileSystems.magic(top) == FileSystems.CGROUP2;
            if (unified) {
                names.append('c').append(controllers(top)).append('\0');
            }
            for (Directory.Entry entry : unified ? List.<Directory.Entry>of() : Directory.list(top, HIERARCHIES)) {
                switch (entry.kind()) {
                    case DIRECTORY -> names.append('d').append(entry.name()).append('\0');
                    case LINK -> names.append('l').append(entry.name()).append('\0');
                    case FILE, OTHER -> {
                        // the knobs of a version 2 root: no hierarchy
                    }
                }
            }
            byte[] bytes = names.toString().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(Long.BYTES + bytes.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(FileSystems.magic(top))
                    .put(bytes)
                    .array();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return new byte[0]; // no cgroups: the plan says what it thinks of that
            }
            throw e;
        }
    }

    private static String controllers(Fd top) throws IOException {
        try (Fd file = Open.at(top, "cgroup.controllers", Open.How.reading())) {
            return new String(FileBytes.readAll(file, CONTROLLERS_CAP), StandardCharsets.US_ASCII);
        }
    }

    /** A container's files, from its state directory; what is missing is left out. */
    public static void addState(List<Buffer> buffers, Fd state) throws IOException {
        add(buffers, Tag.STATE, state, "state.json", STATE_CAP);
        add(buffers, Tag.INIT, state, "init", STATE_CAP);
        add(buffers, Tag.CONFIG, state, "config.json", CONFIG_CAP);
    }

    private static void add(List<Buffer> buffers, Tag tag, Fd state, String name, int cap) throws IOException {
        Optional<byte[]> bytes = read(state, name, cap);
        bytes.ifPresent(present -> buffers.add(new Buffer(tag, present)));
    }

    /** A file of a state directory; empty when it is not there. */
    public static Optional<byte[]> read(Fd state, String name, int cap) throws IOException {
        try (Fd file = Open.at(state, name, Open.How.reading().with(Open.noFollowFlag()))) {
            return Optional.of(FileBytes.readAll(file, cap));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public static Request request(List<Buffer> buffers) {
        return new Request(buffers);
    }
}
