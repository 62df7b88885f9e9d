package dev.estiba.runtime.seccomp;

import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.oci.runtime.SeccompRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Turns {@code linux.seccomp} of an OCI configuration into a profile. */
public final class OciSeccomp {
    private OciSeccomp() {}

    /**
     * The profile that the configuration describes. A rule that names no call is left out: it does nothing.
     *
     * @throws SeccompException when the configuration names an architecture or a flag that there is not, an empty call,
     *     or an errno that Linux has not
     */
    public static Profile profile(Seccomp seccomp) throws SeccompException {
        List<Architecture> architectures = new ArrayList<>();
        for (String name : seccomp.architectures()) {
            Optional<Architecture> architecture = Architecture.named(name);
            if (architecture.isEmpty()) {
                // runc's sentence (ConvertStringToArch), which callers know.
                throw new SeccompException("string " + name + " is not a valid arch for seccomp");
            }
            architectures.add(architecture.get());
        }
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        for (String name : seccomp.flags()) {
            Optional<Flag> flag = Flag.named(name);
            if (flag.isEmpty()) {
                throw new SeccompException("seccomp flag \"" + name + "\" is not known");
            }
            flags.add(flag.get());
        }
        try {
            List<Rule> rules = new ArrayList<>();
            for (SeccompRule rule : seccomp.syscalls()) {
                if (!rule.names().isEmpty()) {
                    rules.add(rule(rule));
                }
            }
            return new Profile(action(seccomp.defaultAction()), seccomp.defaultErrnoRet(), architectures, flags, rules);
        } catch (IllegalArgumentException e) {
            throw new SeccompException("linux.seccomp is not valid: " + e.getMessage());
        }
    }

    private static Rule rule(SeccompRule rule) {
        List<ArgCheck> args = new ArrayList<>();
        for (SeccompArg arg : rule.args()) {
            args.add(new ArgCheck(arg.index(), arg.value(), arg.valueTwo(), operator(arg.op())));
        }
        return new Rule(rule.names(), action(rule.action()), rule.errnoRet(), args);
    }

    private static Action action(Seccomp.Action action) {
        return switch (action) {
            case KILL, KILL_THREAD -> Action.KILL_THREAD;
            case KILL_PROCESS -> Action.KILL_PROCESS;
            case TRAP -> Action.TRAP;
            case ERRNO -> Action.ERRNO;
            case TRACE -> Action.TRACE;
            case ALLOW -> Action.ALLOW;
            case LOG -> Action.LOG;
            case NOTIFY -> Action.NOTIFY;
        };
    }

    private static Operator operator(SeccompArg.Operator operator) {
        return switch (operator) {
            case NE -> Operator.NE;
            case LT -> Operator.LT;
            case LE -> Operator.LE;
            case EQ -> Operator.EQ;
            case GE -> Operator.GE;
            case GT -> Operator.GT;
            case MASKED_EQ -> Operator.MASKED_EQ;
        };
    }
}
