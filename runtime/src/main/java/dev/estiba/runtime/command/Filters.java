package dev.estiba.runtime.command;

import dev.estiba.linux.number.Abi;
import dev.estiba.oci.runtime.ConfigException;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.oci.runtime.SeccompRule;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.compile.UnsupportedConfig;
import dev.estiba.runtime.seccomp.Action;
import dev.estiba.runtime.seccomp.Architecture;
import dev.estiba.runtime.seccomp.ArgCheck;
import dev.estiba.runtime.seccomp.FilterCache;
import dev.estiba.runtime.seccomp.FilterCompiler;
import dev.estiba.runtime.seccomp.FilterProgram;
import dev.estiba.runtime.seccomp.Flag;
import dev.estiba.runtime.seccomp.Operator;
import dev.estiba.runtime.seccomp.Profile;
import dev.estiba.runtime.seccomp.Rule;
import dev.estiba.runtime.seccomp.SeccompException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Profiles of configurations as filters, each compiled once. Safe for all threads. */
public final class Filters {
    private static final int KEPT = 64;

    private final FilterCache<SeccompSource> cache = new FilterCache<>(KEPT);
    private final Abi abi;

    public Filters(Abi abi) {
        this.abi = abi;
    }

    /** @throws UnsupportedConfig when the profile says what no filter can be made of */
    public FilterProgram of(SeccompSource source) {
        return cache.get(source, () -> compile(source));
    }

    private FilterProgram compile(SeccompSource source) {
        try {
            return FilterCompiler.compile(profile(source.parse()), abi);
        } catch (ConfigException | SeccompException e) {
            throw new UnsupportedConfig("linux.seccomp: " + e.getMessage());
        }
    }

    private static Profile profile(Seccomp seccomp) {
        List<Architecture> architectures = new ArrayList<>();
        for (String name : seccomp.architectures()) {
            architectures.add(Architecture.named(name)
                    .orElseThrow(() -> new UnsupportedConfig("linux.seccomp.architectures: " + name + " is unknown")));
        }
        Set<Flag> flags = new HashSet<>();
        for (String name : seccomp.flags()) {
            flags.add(Flag.named(name)
                    .orElseThrow(() -> new UnsupportedConfig("linux.seccomp.flags: " + name + " is unknown")));
        }
        List<Rule> rules = new ArrayList<>();
        for (SeccompRule rule : seccomp.syscalls()) {
            rules.add(new Rule(rule.names(), action(rule.action()), rule.errnoRet(), arguments(rule.args())));
        }
        return new Profile(action(seccomp.defaultAction()), seccomp.defaultErrnoRet(), architectures, flags, rules);
    }

    private static Action action(Seccomp.Action action) {
        return Action.named(action.specName())
                .orElseThrow(() -> new UnsupportedConfig("linux.seccomp: " + action.specName() + " is unknown"));
    }

    private static List<ArgCheck> arguments(List<SeccompArg> args) {
        List<ArgCheck> checks = new ArrayList<>(args.size());
        for (SeccompArg arg : args) {
            Operator operator = Operator.named(arg.op().specName())
                    .orElseThrow(() -> new UnsupportedConfig("linux.seccomp: " + arg.op().specName() + " is unknown"));
            checks.add(new ArgCheck(arg.index(), arg.value(), arg.valueTwo(), operator));
        }
        return checks;
    }
}
