package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Changes files of a container's groups, and puts back what they said before when a later change is refused. */
final class LimitWriter {
    private static final long OLD_CAP = 16 << 10;

    private final Existing in;
    private final Map<String, Register> files = new LinkedHashMap<>();
    private final Map<String, Register> before = new LinkedHashMap<>();

    LimitWriter(Existing in) {
        this.in = in;
    }

    void write(String controller, String file, String value) throws UsageException {
        write(controller, file, value, OnFailure.STOP);
    }

    void write(String controller, String file, long value) throws UsageException {
        write(controller, file, Long.toString(value), OnFailure.STOP);
    }

    /** The answer of the write, for those that tolerate something. */
    Register write(String controller, String file, String value, OnFailure onFailure) throws UsageException {
        Register opened = open(controller, file);
        return in.outer.get(
                Calls.WRITE,
                onFailure,
                "failed to write \"" + value + "\": write " + path(controller, file),
                opened,
                in.plan.string(value),
                Arg.of(value.getBytes(StandardCharsets.UTF_8).length));
    }

    private String path(String controller, String file) throws UsageException {
        return in.container
                        .cgroup(controller)
                        .orElseThrow(() -> new UsageException("the container has no cgroup of the controller "
                                + controller + ", which " + file + " belongs to"))
                + "/" + file;
    }

    private Register open(String controller, String file) throws UsageException {
        String path = path(controller, file);
        Register known = files.get(path);
        if (known != null) {
            return known;
        }
        Register opened = in.outer.get(
                Calls.OPENAT,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_RDWR | Flags.O_CLOEXEC),
                Arg.ZERO);
        Register old = in.outer.readAll(opened, OLD_CAP, OnFailure.STOP, "read " + path);
        files.put(path, opened);
        before.put(path, old);
        return opened;
    }

    /** The first of two files that is there; the other's name is an older or newer kernel's. */
    void writeEither(String controller, String first, String second, long value) throws UsageException {
        String path = path(controller, first);
        Register newer = in.outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("then it has the other name", Errno.ENOENT),
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        String text = Long.toString(value);
        Label other = in.outer.label();
        Label done = in.outer.label();
        in.outer.jump(other, newer, Compare.LESS, Arg.ZERO, "it has the other name");
        in.outer.run(
                Calls.WRITE,
                "failed to write \"" + text + "\": write " + path,
                newer,
                in.plan.string(text),
                Arg.of(text.length()));
        in.outer.jump(done, "it is written");
        in.outer.place(other);
        String otherPath = path(controller, second);
        Register older = in.outer.get(
                Calls.OPENAT,
                "open " + otherPath,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(otherPath),
                Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        in.outer.run(
                Calls.WRITE,
                "failed to write \"" + text + "\": write " + otherPath,
                older,
                in.plan.string(text),
                Arg.of(text.length()));
        in.outer.place(done);
    }

    /** To be called once, last. Twice in turn, because of two limits that bound each other one must go first. */
    void undo() {
        Script undo = in.plan.actor(Actor.UNDO).group("limits");
        for (int round = 0; round < 2; round++) {
            before.forEach((path, old) -> undo.writeAll(
                    files.getOrDefault(path, old), old, old.next(), OnFailure.STOP, "put back what " + path + " said"));
        }
    }
}
