package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.util.List;

/**
 * The program: looked for before the gate, with the rights of the user it runs as, so that a missing one is told by
 * create; executed by {@link #execute}. The words are those of Go's os/exec, which callers of runc match on.
 */
final class Executable {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Assembly in;
    private final Script script;
    private final Process process;
    private final List<String> env;
    private final Register path;

    Executable(Assembly in, Script script, Process process, List<String> env) {
        this.in = in;
        this.script = script;
        this.process = process;
        this.env = env;
        this.path = in.plan.register();
        if (process.args().isEmpty() || process.args().getFirst().isEmpty()) {
            throw new UnsupportedConfig("process.args: there is nothing to execute");
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    void find() {
        script.group("program");
        String name = process.args().getFirst();
        if (name.indexOf('/') >= 0) {
            direct(name);
        } else {
            search(name);
        }
    }

    private void direct(String name) {
        Data buffer = in.plan.space(Flags.STATX_SIZE, 8);
        String exec = "exec: " + quoted(name);
        script.run(
                Calls.STATX,
                exec + ": stat " + name,
                imm(Flags.AT_FDCWD),
                in.string(name),
                Arg.ZERO,
                imm(Flags.STATX_BASIC),
                buffer);
        Register mode = script.load(new Data(buffer.offset() + Flags.STATX_MODE_AT), 2, "its type");
        script.check(mode, Flags.S_IFMT, Compare.NOT_EQUAL, imm(Flags.S_IFDIR), Errno.EISDIR, exec, false);
        script.run(
                Calls.FACCESSAT2,
                OnFailure.STOP,
                exec,
                imm(Flags.AT_FDCWD),
                in.string(name),
                imm(1),
                imm(Flags.AT_EACCESS));
        script.set(path, in.string(name), "execute " + name);
    }

    private void search(String name) {
        Data buffer = in.plan.space(Flags.STATX_SIZE, 8);
        Label found = script.label();
        for (String directory : searchPath().split(":", -1)) {
            String candidate = (directory.isEmpty() ? "." : directory) + "/" + name;
            Label next = script.label();
            Register looked = script.get(
                    Calls.STATX,
                    OnFailure.tolerate(
                            "the next directory may have it",
                            Errno.ENOENT,
                            Errno.ENOTDIR,
                            Errno.EACCES,
                            Errno.ELOOP,
                            Errno.ENAMETOOLONG,
                            Errno.ESTALE),
                    "look for " + candidate,
                    imm(Flags.AT_FDCWD),
                    in.string(candidate),
                    Arg.ZERO,
                    imm(Flags.STATX_BASIC),
                    buffer);
            script.jump(next, looked, Compare.LESS, Arg.ZERO, candidate + " is not there");
            Register mode = script.load(new Data(buffer.offset() + Flags.STATX_MODE_AT + 1), 1, "its type");
            script.jump(next, mode, Compare.UNSIGNED_LESS, imm(0x80), candidate + " is no file");
            Register access = script.get(
                    Calls.FACCESSAT2,
                    OnFailure.tolerate("the next directory may have one"),
                    "may it be executed: " + candidate,
                    imm(Flags.AT_FDCWD),
                    in.string(candidate),
                    imm(1),
                    imm(Flags.AT_EACCESS));
            script.jump(next, access, Compare.LESS, Arg.ZERO, candidate + " may not be executed");
            script.set(path, in.string(candidate), "execute " + candidate);
            script.jump(found, "it is found");
            script.place(next);
        }
        script.fail(Errno.ENOENT, "exec: " + quoted(name) + ": executable file not found in $PATH");
        script.place(found);
    }

    private String searchPath() {
        for (String variable : env) {
            if (variable.startsWith("PATH=")) {
                return variable.substring("PATH=".length());
            }
        }
        return DEFAULT_PATH;
    }

    void execute() {
        script.run(
                Calls.EXECVE,
                "exec " + process.args().getFirst(),
                path,
                in.plan.strings(process.args()),
                in.plan.strings(env));
    }
}
