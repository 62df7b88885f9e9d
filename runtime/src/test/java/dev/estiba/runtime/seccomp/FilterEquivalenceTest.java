package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The compiled filter does what the profile means, for every number and the arguments that could tell. */
class FilterEquivalenceTest {
    private static final long SEED = Long.getLong("estiba.test.seed", 20261124L);
    private static final int PROFILES = 320;
    private static final int[] X86 = {AuditArch.X86_64, AuditArch.I386};
    private static final int[] ARM = {AuditArch.AARCH64, AuditArch.ARM};
    private static final int[] NEITHER = {AuditArch.S390X, 0, -1};

    @Test
    void dockersProfileOnX86() throws Exception {
        equivalent(Profiles.docker(Abi.X86_64), Abi.X86_64, X86, dockerArguments(), true, "Docker's profile");
    }

    @Test
    void dockersProfileOnArm64() throws Exception {
        equivalent(Profiles.docker(Abi.ARM64), Abi.ARM64, ARM, dockerArguments(), true, "Docker's profile");
    }

    private static List<long[]> dockerArguments() {
        List<long[]> all = new ArrayList<>();
        long[] values = {
            0,
            1,
            7,
            8,
            9,
            37,
            38,
            39,
            40,
            41,
            0x1ffff,
            0x20000,
            0x20001,
            0x20007,
            0x20008,
            0x20009,
            0x7E020000L,
            0x00020000L,
            0x01000000L,
            0x40000000L,
            0x80000000L,
            0xfffffffeL,
            0xffffffffL,
            0x100000000L,
            0x100000001L,
            0x100000026L,
            0x100000028L,
            0xffffffff00000026L,
            0x8000000000000000L,
            Long.MAX_VALUE,
            -2,
            -1
        };
        for (long value : values) {
            all.add(new long[] {value, 0, 0, 0, 0, 0});
            all.add(new long[] {value, value, value, value, value, value});
        }
        return all;
    }

    @Test
    void randomProfiles() throws Exception {
        RandomProfiles profiles = new RandomProfiles(SEED);
        for (int i = 0; i < PROFILES; i++) {
            Profile profile = profiles.profile();
            List<long[]> arguments = profiles.arguments(profile, 24);
            Abi abi = i % 4 == 3 ? Abi.ARM64 : Abi.X86_64;
            equivalent(
                    profile, abi, abi == Abi.ARM64 ? ARM : X86, arguments, false, "profile " + i + " of seed " + SEED);
        }
    }

    /** @param everyArgument also for calls whose arguments the profile does not look at */
    private static void equivalent(
            Profile profile, Abi abi, int[] arches, List<long[]> arguments, boolean everyArgument, String what)
            throws Exception {
        FilterProgram program = FilterCompiler.compile(profile, abi);
        FilterInterpreter compiled = new FilterInterpreter(program);
        ReferenceFilter reference = new ReferenceFilter(profile, abi);
        for (int arch : NEITHER) {
            assertThat(compiled.run(arch, 1)).as(what).hasToString("KILL_THREAD");
        }
        for (int arch : arches) {
            for (int number : RandomProfiles.numbers()) {
                boolean allArguments = everyArgument || reference.looksAtArguments(arch, number);
                for (long[] args : allArguments ? arguments : arguments.subList(0, 1)) {
                    Verdict is = compiled.run(arch, number, args);
                    Verdict expected = reference.run(arch, number, args);
                    if (is.value() != expected.value()) {
                        assertThat(is)
                                .as(
                                        "%s on %s: architecture %#x, number %#x, arguments %s, of %s",
                                        what, abi, arch, number, Arrays.toString(args), profile)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }
}
