package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * posix_spawn(3): another program as a child of this process, 0.1 ms even from a large JVM, because nothing is copied.
 *
 * <p>The child starts with no signal blocked and every one at its default, but for 32 and 33: the GNU C library does not
 * touch those that it uses itself, and leaves them ignored. A program for which that matters resets them.
 *
 * <p>The child also gets whatever descriptors of this process are not close-on-exec; those of a JDK's sockets are not.
 * So a program that is started by this closes, as its first act, what it was not given.
 */
public final class Spawn {
    /** posix_spawnattr_t and posix_spawn_file_actions_t of the GNU C library and of musl fit in this. */
    static final long OPAQUE = 512;

    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final int SIGSET = 128;

    private static final MethodHandle SPAWN = Frame.function(
            "posix_spawn",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS));
    private static final MethodHandle ATTR_INIT = onPointer("posix_spawnattr_init");
    private static final MethodHandle ATTR_DESTROY = onPointer("posix_spawnattr_destroy");
    private static final MethodHandle ACTIONS_INIT = onPointer("posix_spawn_file_actions_init");
    private static final MethodHandle ACTIONS_DESTROY = onPointer("posix_spawn_file_actions_destroy");
    private static final MethodHandle ATTR_FLAGS = Frame.function(
            "posix_spawnattr_setflags",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT));
    private static final MethodHandle ATTR_MASK = onPointers("posix_spawnattr_setsigmask");
    private static final MethodHandle ATTR_DEFAULT = onPointers("posix_spawnattr_setsigdefault");
    private static final MethodHandle ADD_CHDIR = onPointers("posix_spawn_file_actions_addchdir_np");
    private static final MethodHandle ADD_DUP2 = Frame.function(
            "posix_spawn_file_actions_adddup2",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final String path;
    private final Optional<Fd> program;
    private final List<String> argv;
    private List<String> environment = List.of();
    private boolean session;
    private final SortedMap<Integer, Fd> descriptors = new TreeMap<>();

    private Spawn(String path, Optional<Fd> program, List<String> argv) {
        this.path = path;
        this.program = program;
        this.argv = List.copyOf(argv);
    }

    private static MethodHandle onPointer(String name) {
        return Frame.function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    private static MethodHandle onPointers(String name) {
        return Frame.function(
                name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    /** A program by its absolute path; argv includes its name. */
    public static Spawn of(String path, List<String> argv) {
        if (!path.startsWith("/") || argv.isEmpty()) {
            throw new IllegalArgumentException("a program needs an absolute path and its name: " + path + ", " + argv);
        }
        return new Spawn(path, Optional.empty(), argv);
    }

    /** A program that is open, as a sealed memfd is; borrowed until {@link #start} has returned. */
    public static Spawn of(Fd program, List<String> argv) {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a program needs its name: " + program);
        }
        return new Spawn(program.label(), Optional.of(program), argv);
    }

    /** {@code NAME=VALUE} each; without, the program has no environment. */
    public Spawn environment(List<String> variables) {
        environment = List.copyOf(variables);
        return this;
    }

    /** In a session of its own, so that no signal of this process's terminal reaches it. */
    public Spawn inOwnSession() {
        session = true;
        return this;
    }

    /**
     * Gives the program a descriptor under that number. 0, 1 and 2 are this process's when they are not given.
     *
     * @param number in the program
     * @param fd borrowed until {@link #start} has returned
     */
    public Spawn with(int number, Fd fd) {
        if (number < 0 || number > 1000) {
            throw new IllegalArgumentException("no place for a descriptor: " + number);
        }
        descriptors.put(number, fd);
        return this;
    }

    /**
     * Starts it, in the directory {@code /}.
     *
     * @return the child, which the caller reaps
     * @throws ErrnoException what execve(2) answered, or why there can be no further process
     */
    public Pidfd start() throws IOException {
        List<Fd> copies = new ArrayList<>();
        try (Frame frame = new Frame()) {
            MemorySegment pid = frame.space(Integer.BYTES);
            MemorySegment attributes = frame.space(OPAQUE);
            MemorySegment actions = frame.space(OPAQUE);
            init(attributes, actions, frame);
            try {
                directions(frame, actions, copies);
                String file =
                        program.isPresent() ? outOfTheWay(program.get(), copies).procPath() : path;
                check(
                        (int) SPAWN.invokeExact(
                                pid,
                                frame.string(file),
                                actions,
                                attributes,
                                frame.strings(argv),
                                frame.strings(environment)),
                        "posix_spawn",
                        argv.getFirst());
            } finally {
                check((int) ATTR_DESTROY.invokeExact(attributes), "posix_spawnattr_destroy", path);
                check((int) ACTIONS_DESTROY.invokeExact(actions), "posix_spawn_file_actions_destroy", path);
            }
            return Pidfd.open(pid.get(ValueLayout.JAVA_INT, 0));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Frame.unexpected(e);
        } finally {
            copies.forEach(Fd::close);
        }
    }

    private void init(MemorySegment attributes, MemorySegment actions, Frame frame) throws Throwable {
        check((int) ATTR_INIT.invokeExact(attributes), "posix_spawnattr_init", path);
        check((int) ACTIONS_INIT.invokeExact(actions), "posix_spawn_file_actions_init", path);
        MemorySegment none = frame.space(SIGSET);
        MemorySegment all = frame.space(SIGSET);
        all.set(ValueLayout.JAVA_LONG, 0, -1);
        short flags = (short) (SETSIGDEF | SETSIGMASK | (session ? SETSID : 0));
        check((int) ATTR_FLAGS.invokeExact(attributes, flags), "posix_spawnattr_setflags", path);
        check((int) ATTR_MASK.invokeExact(attributes, none), "posix_spawnattr_setsigmask", path);
        check((int) ATTR_DEFAULT.invokeExact(attributes, all), "posix_spawnattr_setsigdefault", path);
    }

    private void directions(Frame frame, MemorySegment actions, List<Fd> copies) throws Throwable {
        check((int) ADD_CHDIR.invokeExact(actions, frame.string("/")), "posix_spawn_file_actions_addchdir_np", path);
        for (Map.Entry<Integer, Fd> entry : descriptors.entrySet()) {
            int to = entry.getKey();
            Fd from = entry.getValue().number() == to ? entry.getValue() : outOfTheWay(entry.getValue(), copies);
            check(
                    (int) ADD_DUP2.invokeExact(actions, from.number(), to),
                    "posix_spawn_file_actions_adddup2",
                    from.label());
        }
    }

    /** A descriptor that stands where another one is to go is copied first. */
    private Fd outOfTheWay(Fd fd, List<Fd> copies) throws IOException {
        int highest = descriptors.isEmpty() ? -1 : descriptors.lastKey();
        if (fd.number() > highest) {
            return fd;
        }
        Fd copy = fd.duplicateFrom(highest + 1);
        copies.add(copy);
        return copy;
    }

    private static void check(int error, String call, String subject) throws ErrnoException {
        if (error != 0) {
            throw new ErrnoException(call, subject, error);
        }
    }
}
