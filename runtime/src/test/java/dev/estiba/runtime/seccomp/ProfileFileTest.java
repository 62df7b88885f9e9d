package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.Seccomp;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's rules for a profile of a file: which of its rules a container has. */
class ProfileFileTest {
    private static final Circumstances HERE =
            new Circumstances(Abi.X86_64, EnumSet.of(Capability.SYS_ADMIN, Capability.CHOWN), new KernelRelease(6, 1));

    private static Optional<Seccomp> resolve(String json, Circumstances circumstances) throws Exception {
        return ProfileFile.resolve(ConfigReader.readProfile(json.getBytes(StandardCharsets.UTF_8)), circumstances);
    }

    private static Seccomp resolved(String json, Circumstances circumstances) throws Exception {
        return resolve(json, circumstances).orElseThrow();
    }

    private static String rule(String more) {
        return "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['read'],'action':'SCMP_ACT_ALLOW'%s}]}"
                .formatted(more)
                .replace('\'', '"');
    }

    /** inSlice and kernelGreaterEqualThan of moby: exactly these names, the kernel's first two numbers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "``; true",
                ",'includes':{}                                    ; true",
                ",'includes':{'caps':[],'arches':[]}               ; true",
                ",'includes':null,'excludes':null                  ; true",
                ",'includes':{'caps':['CAP_SYS_ADMIN']}            ; true",
                ",'includes':{'caps':['CAP_SYS_ADMIN','CAP_CHOWN']}; true",
                ",'includes':{'caps':['CAP_SYS_ADMIN','CAP_KILL']} ; false",
                ",'includes':{'caps':['SYS_ADMIN']}                ; false",
                ",'includes':{'caps':['cap_sys_admin']}            ; false",
                ",'includes':{'caps':['CAP_OF_TOMORROW']}          ; false",
                ",'includes':{'arches':['amd64']}                  ; true",
                ",'includes':{'arches':['arm64','amd64']}          ; true",
                ",'includes':{'arches':['arm64']}                  ; false",
                ",'includes':{'arches':['x86_64','AMD64','vax']}   ; false",
                ",'includes':{'minKernel':'6.1'}                   ; true",
                ",'includes':{'minKernel':'5.200'}                 ; true",
                ",'includes':{'minKernel':'6.2'}                   ; false",
                ",'includes':{'minKernel':'7.0'}                   ; false",
                ",'includes':{'minKernel':''}                      ; true",
                ",'excludes':{}                                    ; true",
                ",'excludes':{'caps':['CAP_KILL']}                 ; true",
                ",'excludes':{'caps':['CAP_KILL','CAP_CHOWN']}     ; false",
                ",'excludes':{'caps':['CAP_OF_TOMORROW']}          ; true",
                ",'excludes':{'arches':['arm64']}                  ; true",
                ",'excludes':{'arches':['arm64','amd64']}          ; false",
                ",'excludes':{'minKernel':'6.2'}                   ; true",
                ",'excludes':{'minKernel':'6.1'}                   ; false",
                ",'excludes':{'minKernel':''}                      ; false",
                ",'includes':{'caps':['CAP_CHOWN']},'excludes':{'arches':['amd64']} ; false",
                ",'INCLUDES':{'ARCHES':['arm64']}                  ; false",
            },
            quoteCharacter = '`')
    void aRuleHoldsWhereItSays(String more, boolean holds) throws Exception {
        Seccomp seccomp = resolved(rule(more), HERE);
        assertThat(seccomp.syscalls()).hasSize(holds ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "X86_64; 'architectures':['SCMP_ARCH_X86']                     ; SCMP_ARCH_X86",
                "ARM64 ; 'architectures':['SCMP_ARCH_X86','SCMP_ARCH_ARM']     ; SCMP_ARCH_X86 SCMP_ARCH_ARM",
                "X86_64; 'archMap':[{'architecture':'SCMP_ARCH_AARCH64','subArchitectures':['SCMP_ARCH_ARM']},"
                        + "{'architecture':'SCMP_ARCH_X86_64','subArchitectures':['SCMP_ARCH_X86']},"
                        + "{'architecture':'SCMP_ARCH_X86_64','subArchitectures':['SCMP_ARCH_X32']}]"
                        + "; SCMP_ARCH_X86_64 SCMP_ARCH_X86",
                "ARM64 ; 'archMap':[{'architecture':'SCMP_ARCH_AARCH64','subArchitectures':null}]; SCMP_ARCH_AARCH64",
                "ARM64 ; 'archMap':[{'architecture':'SCMP_ARCH_S390X'},{}]; ``",
                "ARM64 ; 'archMap':[],'architectures':[]; ``",
            },
            quoteCharacter = '`')
    void conventionsAreThoseOfTheMachine(Abi machine, String text, String expected) throws Exception {
        Circumstances there = new Circumstances(machine, Set.of(), new KernelRelease(6, 1));
        String json = "{'defaultAction':'SCMP_ACT_ALLOW',%s}".formatted(text).replace('\'', '"');
        assertThat(String.join(" ", resolved(json, there).architectures())).isEqualTo(expected);
    }

    @Test
    void everythingElseIsKept() throws Exception {
        Seccomp seccomp = resolved("""
                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "flags": ["SECCOMP_FILTER_FLAG_LOG"],
                 "listenerPath": "/run/x", "listenerMetadata": "y", "syscalls": [
                 {"name": "dup", "action": "SCMP_ACT_ERRNO", "errnoRet": 7, "comment": "", "args": null},
                 {"names": [], "name": "", "action": "SCMP_ACT_KILL"},
                 {"names": ["no_such_call", "clone"], "name": "", "action": "SCMP_ACT_ALLOW",
                  "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}]}
                """, HERE);
        assertThat(seccomp).isEqualTo(ConfigReader.readSeccomp("""
                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "flags": ["SECCOMP_FILTER_FLAG_LOG"],
                 "listenerPath": "/run/x", "listenerMetadata": "y", "syscalls": [
                 {"names": ["dup"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7},
                 {"names": [], "action": "SCMP_ACT_KILL"},
                 {"names": ["no_such_call", "clone"], "action": "SCMP_ACT_ALLOW",
                  "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}]}
                """.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsNoFilterIsNone() throws Exception {
        for (String nothing :
                List.of("{}", "{\"defaultAction\":\"\",\"syscalls\":[]}", "{\"architectures\":[\"x\"]}")) {
            assertThat(resolve(nothing, HERE)).as(nothing).isEmpty();
        }
    }

    @Test
    void oneThingInTwoWaysIsRefusedInDockersWords() {
        assertThatThrownBy(() -> resolve("""
                        {"defaultAction":"SCMP_ACT_ERRNO","architectures":["A"],"archMap":[{"architecture":"A"}]}""", HERE))
                .isInstanceOf(SeccompException.class)
                .hasMessage("both 'architectures' and 'archMap' are specified in the seccomp profile,"
                        + " use either 'architectures' or 'archMap'");
        // Also in a rule that does not hold here.
        assertThatThrownBy(
                        () -> resolve(rule(",'name':'read','includes':{'arches':['arm64']}".replace('\'', '"')), HERE))
                .isInstanceOf(SeccompException.class)
                .hasMessage(
                        "both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'");
    }

    /** The same file on another machine, with another capability: what the filter then does. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theFilterFollows(boolean isAdmin) throws Exception {
        Set<Capability> bounding = isAdmin ? EnumSet.of(Capability.SYS_ADMIN) : Set.of();
        Seccomp seccomp = resolved("""
                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                 {"name":"mount","action":"SCMP_ACT_ERRNO","errnoRet":95,"excludes":{"caps":["CAP_SYS_ADMIN"]}},
                 {"names":["dup"],"action":"SCMP_ACT_ERRNO","includes":{"arches":["arm64"]}}]}
                """, new Circumstances(Abi.X86_64, bounding, new KernelRelease(6, 1)));
        FilterInterpreter filter =
                new FilterInterpreter(FilterCompiler.compile(OciSeccomp.profile(seccomp), Abi.X86_64));
        assertThat(filter.run(AuditArch.X86_64, number("mount")).toString())
                .isEqualTo(isAdmin ? "ALLOW" : "ERRNO(EOPNOTSUPP)");
        assertThat(filter.run(AuditArch.X86_64, number("dup")).toString()).isEqualTo("ALLOW");
    }

    private static int number(String name) {
        return SystemCall.named(name).orElseThrow().number(Abi.X86_64).orElseThrow();
    }
}
