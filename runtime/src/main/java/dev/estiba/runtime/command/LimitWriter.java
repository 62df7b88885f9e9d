package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.compile.GroupSetting;
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

/**
 * Changes files of a container's groups, and puts back what they said before when a later change is refused: but for the
 * lines of tables, such as the rates of single devices, whose file says more than one write can put back.
 */
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
        return write(remembered(controller, file, onFailure), path(controller, file), value, onFailure);
    }

    private String path(String controller, String file) throws UsageException {
        return in.container
                        .unified()
                        .or(() -> in.container.cgroup(controller))
                        .orElseThrow(() -> new UsageException("the container has no cgroup of the controller "
                                + controller + ", which " + file + " belongs to"))
                + "/" + file;
    }

    /** The file, open for reading and writing, whose text is put back when something is refused later. */
    Register remembered(String controller, String file, OnFailure onFailure) throws UsageException {
        String path = path(controller, file);
        Register known = files.get(path);
        if (known != null) {
            return known;
        }
        Register opened = in.outer.get(
                Calls.OPENAT,
                onFailure,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_RDWR | Flags.O_CLOEXEC),
                Arg.ZERO);
        Register old = in.outer.readAll(opened, OLD_CAP, onFailure, "read " + path);
        files.put(path, opened);
        before.put(path, old);
        return opened;
    }

    void write(GroupSetting setting) throws UsageException {
        if (setting.otherwise().isPresent()) {
            writeEither(setting, setting.otherwise().get());
            return;
        }
        OnFailure onFailure = setting.ignored().isEmpty()
                ? OnFailure.STOP
                : new OnFailure.Tolerate(
                        setting.ignored(), "not every kernel has that file, and another may stand in its way");
        if (setting.entry()) {
            String path = path(setting.controller(), setting.file());
            write(open(path, onFailure), path, setting.value(), onFailure);
        } else {
            write(setting.controller(), setting.file(), setting.value(), onFailure);
        }
    }

    private void writeEither(GroupSetting setting, String other) throws UsageException {
        String path = path(setting.controller(), setting.file());
        String otherPath = path(setting.controller(), other);
        Label otherName = in.outer.label();
        Label done = in.outer.label();
        Register first = open(path, OnFailure.tolerate("then it has the other name", Errno.ENOENT));
        in.outer.jump(otherName, first, Compare.LESS, Arg.ZERO, "it has the other name");
        write(first, path, setting.value(), OnFailure.STOP);
        in.outer.jump(done, "it is written");
        in.outer.place(otherName);
        write(open(otherPath, OnFailure.STOP), otherPath, setting.otherValue(), OnFailure.STOP);
        in.outer.place(done);
    }

    private Register open(String path, OnFailure onFailure) {
        return in.outer.get(
                Calls.OPENAT,
                onFailure,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
    }

    private Register write(Register file, String path, String value, OnFailure onFailure) {
        return in.outer.get(
                Calls.WRITE,
                onFailure,
                "failed to write \"" + value + "\": write " + path,
                file,
                in.plan.string(value),
                Arg.of(value.getBytes(StandardCharsets.UTF_8).length));
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
