package dev.estiba.runtime.seccomp;

import static dev.estiba.runtime.seccomp.Profiles.allow;
import static dev.estiba.runtime.seccomp.Profiles.arg;
import static dev.estiba.runtime.seccomp.Profiles.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.SystemCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The filter against the one that libseccomp makes when runc calls it, run by the same interpreter.
 *
 * <p>Compared where the two are meant to agree: up to the largest number that the profile names, above which runc puts
 * its own answer before libseccomp's, and for profiles whose rules do not contradict each other.
 */
@Tag("peer")
class LibseccompTest {
    private static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/libseccomp.so.2");
    private static final int X32_TOKEN = AuditArch.X86_64 & 0x7fffffff;
    private static final long[] VALUES = {
        0,
        1,
        4,
        5,
        6,
        8,
        37,
        38,
        39,
        40,
        41,
        0x20008,
        0x7E020000L,
        0x10000000L,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        0x100000005L,
        0x100000026L,
        0x4ffffffffL,
        0x500000004L,
        0x500000005L,
        0x500000006L,
        0x600000000L,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        -1
    };

    /** read, write, ioctl, fcntl, dup3, rseq of each convention, neighbours, and edges. */
    private static final int[] CALLS = {
        0,
        1,
        3,
        4,
        15,
        16,
        17,
        54,
        55,
        72,
        73,
        292,
        330,
        334,
        386,
        Abi.X32_BIT,
        Abi.X32_BIT | 1,
        Abi.X32_BIT | 16,
        Abi.X32_BIT | 72,
        Abi.X32_BIT | 292,
        Abi.X32_BIT | 334,
        Abi.X32_BIT | 514,
        -1
    };

    @TempDir
    Path directory;

    private CProgram libseccomp;
    private Set<String> known;

    @BeforeEach
    void openTheLibrary() throws Exception {
        assumeTrue(Files.exists(LIBRARY), "no " + LIBRARY + " here to compare with");
        libseccomp = CProgram.orSkip(directory, "libseccomp-filter.c", "-ldl");
        StringBuilder names = new StringBuilder();
        SystemCall.all().forEach(call -> names.append(call.name()).append('\n'));
        String output = new String(libseccomp.run(names.toString(), "names"), StandardCharsets.US_ASCII);
        known = new HashSet<>(output.lines().toList());
        assertThat(known).contains("read", "waitpid").hasSizeGreaterThan(400);
    }

    /** Without the two rules that are ours, which runc would drop anyway. */
    @Test
    void dockersProfileIsTheSame() throws Exception {
        Profile ours = Profiles.docker(Abi.X86_64);
        List<Rule> rules = new ArrayList<>();
        for (Rule rule : ours.rules()) {
            List<String> names = rule.names().stream().filter(known::contains).toList();
            if (!names.isEmpty()
                    && rule.verdict().value() != ours.defaultVerdict().value()) {
                rules.add(new Rule(names, rule.action(), rule.errnoRet(), rule.args()));
            }
        }
        same(
                new Profile(ours.defaultAction(), ours.defaultErrnoRet(), ours.architectures(), ours.flags(), rules),
                RandomProfiles.numbers());
    }

    @Test
    void everyOperatorIsTheSame() throws Exception {
        for (Operator op : Operator.values()) {
            for (long value : new long[] {0, 5, 38, 0xffffffffL, 0x500000005L, -1}) {
                // Larger values mean another thing to libseccomp on a 32-bit convention, see the package.
                boolean fits = value >>> 32 == 0 || value == -1;
                ArgCheck check = op == Operator.MASKED_EQ ? masked(1, 0xf0000000fL, value) : arg(1, op, value);
                Profile profile = Profiles.denying(allow("ioctl", check), allow("write"), allow("rseq"));
                same(fits && op != Operator.MASKED_EQ ? profile : only64Bit(profile), CALLS);
            }
        }
    }

    @Test
    void conjunctionsAndAlternativesAreTheSame() throws Exception {
        same(
                only64Bit(Profiles.denying(
                        allow(
                                "ioctl",
                                arg(0, Operator.EQ, 5),
                                arg(1, Operator.NE, 0x500000005L),
                                arg(2, Operator.LE, 38)),
                        allow("fcntl", arg(0, Operator.EQ, 5)),
                        allow("fcntl", arg(1, Operator.EQ, 0x100000005L)),
                        allow("dup3", arg(0, Operator.EQ, 5), arg(0, Operator.EQ, 38)),
                        allow("rseq"))),
                CALLS);
    }

    private static Profile only64Bit(Profile profile) {
        return new Profile(
                profile.defaultAction(), profile.defaultErrnoRet(), List.of(), profile.flags(), profile.rules());
    }

    private void same(Profile profile, int[] numbers) throws Exception {
        FilterInterpreter theirs = new FilterInterpreter(new FilterProgram(libseccomp.run(text(profile), "filter"), 0));
        FilterInterpreter ours = new FilterInterpreter(FilterCompiler.compile(profile, Abi.X86_64));
        Map<Abi, Integer> largest = new EnumMap<>(Abi.class);
        for (Abi abi : List.of(Abi.X86_64, Abi.I386, Abi.X32)) {
            largest.put(abi, largest(profile, abi));
        }
        Set<Abi> listed = new LinkedHashSet<>(Set.of(Abi.X86_64));
        profile.architectures().forEach(architecture -> architecture.abi().ifPresent(listed::add));
        int compared = 0;
        for (int arch : new int[] {AuditArch.X86_64, AuditArch.I386, AuditArch.AARCH64}) {
            for (int number : numbers) {
                Abi abi = arch == AuditArch.I386 ? Abi.I386 : (number & Abi.X32_BIT) != 0 ? Abi.X32 : Abi.X86_64;
                boolean isNewer = listed.contains(abi) && Integer.compareUnsigned(number, largest.get(abi)) > 0;
                if (isNewer && arch != AuditArch.AARCH64) {
                    assertThat(ours.run(arch, number)).hasToString("ERRNO(ENOSYS)");
                    continue;
                }
                for (long value : VALUES) {
                    for (long[] arguments :
                            new long[][] {{value, value, value}, {5, value, 1}, {1, value, 0}, {value}}) {
                        long[] seen = arch == AuditArch.I386
                                ? Arrays.stream(arguments)
                                        .map(a -> a & 0xffffffffL)
                                        .toArray()
                                : arguments;
                        assertThat(ours.run(arch, number, seen))
                                .as("%#x %#x %s of %s", arch, number, Arrays.toString(seen), profile)
                                .isEqualTo(theirs.run(arch, number, seen));
                        compared++;
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(numbers.length * VALUES.length);
    }

    private static int largest(Profile profile, Abi abi) {
        return profile.rules().stream()
                .flatMap(rule -> rule.names().stream())
                .mapToInt(
                        name -> SystemCall.named(name).orElseThrow().number(abi).orElse(0))
                .max()
                .orElseThrow();
    }

    /** The rules as runc hands them over: one call a rule, and one condition a rule where they share an argument. */
    private static String text(Profile profile) {
        StringBuilder text = new StringBuilder();
        text.append("default ").append(hex(profile.defaultVerdict().value())).append('\n');
        for (Architecture architecture : profile.architectures()) {
            Abi abi = architecture.abi().orElseThrow();
            text.append("arch ")
                    .append(hex(abi == Abi.X32 ? X32_TOKEN : abi.auditArch()))
                    .append('\n');
        }
        for (Rule rule : profile.rules()) {
            for (String name : rule.names()) {
                List<List<ArgCheck>> alternatives = Clause.of(rule).alternatives();
                for (List<ArgCheck> checks : alternatives.isEmpty() ? List.of(List.<ArgCheck>of()) : alternatives) {
                    text.append("rule ")
                            .append(hex(rule.verdict().value()))
                            .append(' ')
                            .append(name);
                    text.append(' ').append(checks.size());
                    for (ArgCheck check : checks) {
                        text.append(' ')
                                .append(check.index())
                                .append(' ')
                                .append(check.op().ordinal() + 1);
                        text.append(' ').append(Long.toHexString(check.value()));
                        text.append(' ').append(Long.toHexString(check.valueTwo()));
                    }
                    text.append('\n');
                }
            }
        }
        return text.toString();
    }

    private static String hex(int value) {
        return Integer.toHexString(value);
    }
}
