package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

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
        write(file, Long.toString(value), OnFailure.STOP);
    }

    void write(String file, String value) {
        write(file, value, OnFailure.STOP);
    }

    /** Leaves a group alone that is new and begins with that value. */
    void writeUnlessNew(String file, long value) {
        directory();
        Label known = script.label();
        script.jump(known, made, Compare.AT_LEAST, Arg.ZERO, "a new group's " + file + " is " + value);
        write(file, value);
        script.place(known);
    }

    void write(String file, String value, OnFailure onFailure) {
        String what = "write " + value.strip() + " to " + path + "/" + file;
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
        script.run(
                Calls.WRITE,
                onFailure,
                what,
                opened,
                in.string(value),
                imm(value.getBytes(StandardCharsets.UTF_8).length));
    }
}
