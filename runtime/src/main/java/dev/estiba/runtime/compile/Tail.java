package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.util.Optional;

/**
 * From a process inside of the container's namespaces and root to the container's program: who it is, what it may call,
 * the last barrier, exec. The same for a container's init and for an exec's joiner.
 */
final class Tail {
    private final Assembly in;
    private final Script script;
    private final Process process;
    private final Optional<FilterProgram> filter;

    Tail(Assembly in, Process process, Optional<FilterProgram> filter) {
        this.in = in;
        this.script = in.init;
        this.process = process;
        this.filter = filter;
    }

    /** Up to the last step before the barrier: everything that can fail has been tried. */
    void prepare(Executable executable) {
        Identity identity = new Identity(in, script, process);
        new Scheduling(in, process).apply(script);
        NumaPolicy.apply(in, script);
        ExecutionDomain.apply(in, script);
        identity.limits();
        if (process.noNewPrivileges()) {
            script.group("user");
            script.run(
                    Calls.PRCTL,
                    "set no_new_privs",
                    imm(Flags.PR_SET_NO_NEW_PRIVS),
                    imm(1),
                    Arg.ZERO,
                    Arg.ZERO,
                    Arg.ZERO);
        }
        identity.bound();
        boolean privileged = filter.isPresent() && !process.noNewPrivileges();
        identity.become(privileged);
        workingDirectory();
        script.group("user");
        script.run(
                Calls.UMASK,
                "set the umask",
                imm(process.user().umask().orElse(in.request.caller().umask())));
        executable.find();
        if (filter.isPresent()) {
            if (privileged) {
                identity.raiseForFilter();
            }
            install(filter.get());
            if (privileged) {
                identity.settle();
            }
        }
    }

    /** chdir as the user, then the proof that it is inside of the root (CVE-2024-21626). */
    private void workingDirectory() {
        script.group("working directory");
        String cwd = process.cwd();
        script.run(Calls.CHDIR, "chdir to cwd (" + '"' + cwd + '"' + ") set in config.json failed", in.string(cwd));
        Data buffer = in.plan.space(4096, 8);
        script.run(Calls.GETCWD, "ask for the working directory", buffer, imm(4096));
        Register first = script.load(buffer, 1, "its first letter");
        script.check(
                first,
                -1,
                Compare.EQUAL,
                imm('/'),
                Errno.ENOENT,
                "current working directory is outside of container mount namespace root -- possible container breakout detected",
                true);
    }

    private void install(FilterProgram program) {
        script.group("seccomp");
        Data code = in.plan.bytes(program.instructions(), 8);
        Data fprog = in.plan.words(program.length(), 0);
        in.plan.pointer(new Data(fprog.offset() + 8), code);
        String what = "install the seccomp filter (" + program.length() + " instructions)";
        Arg mode = imm(1 /* SECCOMP_SET_MODE_FILTER */);
        if (program.notifies()) {
            Register listener = script.get(Calls.SECCOMP, what, mode, imm(program.flags()), fprog);
            SeccompListener.handOver(script, in, listener);
        } else {
            script.run(Calls.SECCOMP, what, mode, imm(program.flags()), fprog);
        }
    }

    /** Nothing but the program's own descriptors goes into it. */
    void execute(Executable executable) {
        script.group("program");
        int preserved = in.request.preservedDescriptors();
        for (int i = 0; i < preserved; i++) {
            script.run(Calls.FCNTL, "pass on descriptor " + (3 + i), imm(3 + i), imm(2 /* F_SETFD */), Arg.ZERO);
        }
        script.run(
                Calls.CLOSE_RANGE,
                "close every other descriptor when the program starts",
                imm(3 + preserved),
                imm(0xffffffffL),
                imm(4 /* CLOSE_RANGE_CLOEXEC */));
        executable.execute();
    }
}
