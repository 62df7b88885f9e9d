package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Personality;
import dev.estiba.runtime.plan.Script;
import java.util.Optional;

/** What machine a process is told that it runs on: {@code linux.personality}, personality(2). */
final class ExecutionDomain {
    private ExecutionDomain() {}

    /** Flags are left out, as by runc (it warns): none is defined. */
    static void check(Optional<Personality> personality) {
        personality.ifPresent(each -> {
            if (each.domain().isEmpty()) {
                throw new UnsupportedConfig("invalid personality domain: it is missing");
            }
        });
    }

    /** It survives the exec, but for what a set-user-ID program must not take over. */
    static void apply(Assembly in, Script script) {
        in.linux.personality().flatMap(Personality::domain).ifPresent(domain -> {
            long number = switch (domain) {
                case LINUX -> 0; // PER_LINUX
                case LINUX32 -> 8; // PER_LINUX32
            };
            script.group("scheduling");
            script.run(Calls.PERSONALITY, "set the personality to " + domain.specName(), imm(number));
        });
    }
}
