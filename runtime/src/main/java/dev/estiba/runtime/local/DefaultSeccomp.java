package dev.estiba.runtime.local;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.oci.runtime.SeccompRule;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.seccomp.ArgCheck;
import dev.estiba.runtime.seccomp.Circumstances;
import dev.estiba.runtime.seccomp.DockerProfile;
import dev.estiba.runtime.seccomp.Profile;
import dev.estiba.runtime.seccomp.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Docker's seccomp profile for a set of capabilities, as a configuration says it. */
public final class DefaultSeccomp {
    private static final int MOST = 64;

    /** Nearly all containers have the same capabilities, and the expansion takes as long as what else is done for one. */
    private static final Map<Set<Capability>, SeccompSource> KNOWN = new ConcurrentHashMap<>();

    private DefaultSeccomp() {}

    public static SeccompSource of(Set<Capability> bounding) {
        SeccompSource known = KNOWN.get(bounding);
        if (known == null) {
            known = made(bounding);
            if (KNOWN.size() < MOST) {
                KNOWN.put(Set.copyOf(bounding), known);
            }
        }
        return known;
    }

    private static SeccompSource made(Set<Capability> bounding) {
        Profile profile = DockerProfile.standard().expand(Circumstances.onThisHost(bounding));
        return SeccompSource.of(new Seccomp(
                action(profile.defaultAction().specName()),
                profile.defaultErrnoRet(),
                profile.architectures().stream().map(each -> each.specName()).toList(),
                List.of(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                profile.rules().stream().map(DefaultSeccomp::rule).toList()));
    }

    private static SeccompRule rule(Rule rule) {
        return new SeccompRule(
                rule.names(),
                action(rule.action().specName()),
                rule.errnoRet(),
                rule.args().stream().map(DefaultSeccomp::check).toList());
    }

    private static SeccompArg check(ArgCheck check) {
        SeccompArg.Operator operator = switch (check.op()) {
            case NE -> SeccompArg.Operator.NE;
            case LT -> SeccompArg.Operator.LT;
            case LE -> SeccompArg.Operator.LE;
            case EQ -> SeccompArg.Operator.EQ;
            case GE -> SeccompArg.Operator.GE;
            case GT -> SeccompArg.Operator.GT;
            case MASKED_EQ -> SeccompArg.Operator.MASKED_EQ;
        };
        return new SeccompArg(check.index(), check.value(), check.valueTwo(), operator);
    }

    private static Seccomp.Action action(String name) {
        return Seccomp.Action.named(name).orElseThrow(() -> new IllegalStateException("no action " + name));
    }
}
