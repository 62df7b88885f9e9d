package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Writes the files of one cgroup. A file that is written twice is opened once. */
final class GroupWriter {
    private final Assembly in;
    private final Script script;
    private final Supplier<Register> opening;
    private final String path;
    private final Register made;
    private final Map<String, Register> open = new HashMap<>();
    private Optional<Register> directory = Optional.empty();

    /**
     * @param opening appends what opens the group and shows that it is one; called when there is something to write
     * @param made what the mkdir of the group answered: negative when it was there before
     */
    GroupWriter(Assembly in, Script script, Supplier<Register> opening, String path, Register made) {
        this.in = in;
        this.script = script;
        this.opening = opening;
        this.path = path;
        this.made = made;
    }

    private Register directory() {
        if (directory.isEmpty()) {
            directory = Optional.of(opening.get());
        }
        return directory.get();
    }

    void write(String file, long value) {
        write(file, Long.toString(value));
    }

    void write(String file, String value) {
        String what = "write " + value.strip() + " to " + path + "/" + file;
        script.run(
                Calls.WRITE,
                what,
                opened(file, what, OnFailure.STOP),
                in.string(value),
                imm(value.getBytes(StandardCharsets.UTF_8).length));
    }

    /** Once more when that answer was an error: what stood in its way is gone now. */
    void writeAgain(Register answer, String file, String value, String why) {
        Label written = script.label();
        script.jump(written, answer, Compare.AT_LEAST, Arg.ZERO, why);
        write(file, value);
        script.place(written);
    }

    /** Leaves a group alone that is new and begins with that value. */
    void writeUnlessNew(String file, long value) {
        directory();
        Label known = script.label();
        script.jump(known, made, Compare.AT_LEAST, Arg.ZERO, "a new group's " + file + " is " + value);
        write(file, value);
        script.place(known);
    }

    void write(GroupSetting setting) {
        if (setting.otherwise().isPresent()) {
            writeEither(setting, setting.otherwise().get());
        } else if (setting.ignored().isEmpty()) {
            write(setting.file(), setting.value());
        } else {
            write(
                    setting.file(),
                    setting.value(),
                    new OnFailure.Tolerate(
                            setting.ignored(), "not every kernel has that file, and another may stand in its way"));
        }
    }

    /** The first of two files that is there. */
    private void writeEither(GroupSetting setting, String second) {
        Label other = script.label();
        Label done = script.label();
        Register first = opened(
                setting.file(),
                "open " + path + "/" + setting.file(),
                OnFailure.tolerate("then it has the other name", Errno.ENOENT));
        script.jump(other, first, Compare.LESS, Arg.ZERO, "it has the other name");
        write(setting.file(), setting.value());
        script.jump(done, "it is written");
        script.place(other);
        write(second, setting.otherValue());
        script.place(done);
    }

    /** The answer: negative when the write has failed in a tolerated way. */
    Register write(String file, String value, OnFailure onFailure) {
        String what = "write " + value.strip() + " to " + path + "/" + file;
        return script.get(
                Calls.WRITE,
                onFailure,
                what,
                opened(file, what, onFailure),
                in.string(value),
                imm(value.getBytes(StandardCharsets.UTF_8).length));
    }

    /** Once more when that answer was that error. */
    void writeAgainAfter(Errno error, Register answer, String file, String value, String why) {
        Label written = script.label();
        script.jump(written, answer, Compare.NOT_EQUAL, imm(-error.number()), why);
        write(file, value);
        script.place(written);
    }

    private Register opened(String file, String what, OnFailure onFailure) {
        Register opened = open.get(file);
        if (opened == null) {
            opened = script.get(
                    Calls.OPENAT,
                    onFailure,
                    what,
                    directory(),
                    in.string(file),
                    imm(Flags.O_WRONLY | Flags.O_CLOEXEC),
                    Arg.ZERO);
            open.put(file, opened);
        }
        return opened;
    }
}
