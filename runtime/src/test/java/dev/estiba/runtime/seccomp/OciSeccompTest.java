package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.oci.runtime.SeccompRule;
import dev.estiba.oci.runtime.SeccompSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OciSeccompTest {
    private static Seccomp seccomp(List<String> architectures, List<String> flags, SeccompRule... rules) {
        return new Seccomp(
                Seccomp.Action.ERRNO,
                OptionalInt.of(7),
                architectures,
                flags,
                Optional.empty(),
                Optional.empty(),
                List.of(rules));
    }

    private static SeccompRule rule(Seccomp.Action action, OptionalInt errno, String... names) {
        return new SeccompRule(List.of(names), action, errno, List.of());
    }

    @Test
    void everyPartIsCarriedOver() throws Exception {
        SeccompRule rule = new SeccompRule(
                List.of("ioctl", "no_such_call"),
                Seccomp.Action.TRACE,
                OptionalInt.of(9),
                List.of(
                        new SeccompArg(1, -1, 0, SeccompArg.Operator.GT),
                        new SeccompArg(2, 0xf0, 0x30, SeccompArg.Operator.MASKED_EQ)));
        Profile profile = OciSeccomp.profile(
                seccomp(List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"), List.of("SECCOMP_FILTER_FLAG_LOG"), rule));
        assertThat(profile)
                .isEqualTo(new Profile(
                        Action.ERRNO,
                        OptionalInt.of(7),
                        List.of(Architecture.X86_64, Architecture.S390X),
                        Set.of(Flag.LOG),
                        List.of(new Rule(
                                List.of("ioctl", "no_such_call"),
                                Action.TRACE,
                                OptionalInt.of(9),
                                List.of(
                                        new ArgCheck(1, -1, 0, Operator.GT),
                                        new ArgCheck(2, 0xf0, 0x30, Operator.MASKED_EQ))))));
    }

    @Test
    void everyActionAndOperatorIsCarriedOver() throws Exception {
        for (Seccomp.Action action : Seccomp.Action.values()) {
            Profile profile = OciSeccomp.profile(seccomp(
                    List.of(), List.of(), new SeccompRule(List.of("read"), action, OptionalInt.empty(), List.of())));
            assertThat(profile.rules().getFirst().action())
                    .isEqualTo(Action.named(action.specName()).orElseThrow());
        }
        for (SeccompArg.Operator operator : SeccompArg.Operator.values()) {
            SeccompArg arg = new SeccompArg(0, 1, 2, operator);
            Profile profile = OciSeccomp.profile(seccomp(
                    List.of(),
                    List.of(),
                    new SeccompRule(List.of("read"), Seccomp.Action.ALLOW, OptionalInt.empty(), List.of(arg))));
            assertThat(profile.rules().getFirst().args().getFirst().op())
                    .isEqualTo(Operator.named(operator.specName()).orElseThrow());
        }
    }

    @Test
    void whatThereIsNotIsRefusedByName() {
        refused(seccomp(List.of("SCMP_ARCH_VAX"), List.of()), "string SCMP_ARCH_VAX is not a valid arch for seccomp");
        refused(
                seccomp(List.of(), List.of("SECCOMP_FILTER_FLAG_NEW_LISTENER")),
                "seccomp flag \"SECCOMP_FILTER_FLAG_NEW_LISTENER\" is not known");
        refused(
                seccomp(List.of(), List.of(), rule(Seccomp.Action.ERRNO, OptionalInt.of(5000), "read")),
                "linux.seccomp is not valid: errnoRet of SCMP_ACT_ERRNO is 5000; it can be 0 to 4095");
        refused(
                seccomp(List.of(), List.of(), rule(Seccomp.Action.ALLOW, OptionalInt.empty(), "read", "")),
                "linux.seccomp is not valid: a seccomp rule has an empty string among its system calls");
    }

    private static void refused(Seccomp seccomp, String message) {
        assertThatThrownBy(() -> OciSeccomp.profile(seccomp))
                .isInstanceOf(SeccompException.class)
                .hasMessage(message);
    }

    @Test
    void aRuleThatNamesNoCallDoesNothing() throws Exception {
        Profile profile =
                OciSeccomp.profile(seccomp(List.of(), List.of(), rule(Seccomp.Action.ALLOW, OptionalInt.empty())));
        assertThat(profile.rules()).isEmpty();
    }

    /** How a planner uses it: the profile's bytes are the key, and nothing is parsed for a key that is known. */
    @Test
    void aProfileIsCompiledOnceByItsBytes() throws Exception {
        SeccompSource source = SeccompSource.of(
                seccomp(List.of(), List.of(), rule(Seccomp.Action.ALLOW, OptionalInt.empty(), "write")));
        FilterCache<SeccompSource> cache = new FilterCache<>(64);
        FilterProgram first = cache.get(source, () -> compile(source));
        FilterProgram second = cache.get(source, () -> {
            throw new AssertionError("compiled twice");
        });
        assertThat(second).isSameAs(first);
        FilterInterpreter filter = new FilterInterpreter(first);
        assertThat(filter.run(AuditArch.X86_64, 1)).hasToString("ALLOW");
        assertThat(filter.run(AuditArch.X86_64, 0)).hasToString("ERRNO(E2BIG)");
    }

    private static FilterProgram compile(SeccompSource source) throws Exception {
        return FilterCompiler.compile(OciSeccomp.profile(source.parse()), Abi.X86_64);
    }
}
