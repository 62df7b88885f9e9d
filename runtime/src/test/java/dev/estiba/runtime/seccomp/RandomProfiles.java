package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.SystemCall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/** Profiles made from a seed: the same seed, the same profiles. */
final class RandomProfiles {
    private static final List<String> FAVOURITES = List.of(
            "socket",
            "socketcall",
            "ipc",
            "clone",
            "personality",
            "read",
            "bind",
            "semop",
            "shmat",
            "accept",
            "send",
            "ioctl",
            "execve",
            "rt_sigaction",
            "no_such_call",
            "arm_sync_file_range",
            "waitpid",
            "setsockopt");
    private static final long[] VALUES = {
        0,
        1,
        38,
        0x7fffffffL,
        0x80000000L,
        0xfffffffeL,
        0xffffffffL,
        0x100000000L,
        0x100000026L,
        0x7E020000L,
        0xffffffff80000000L,
        0xffffffff00000000L,
        -2,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        2,
        0x10003
    };

    private final Random random;

    RandomProfiles(long seed) {
        this.random = new Random(seed);
    }

    Profile profile() {
        List<Architecture> architectures = new ArrayList<>();
        for (Architecture architecture : List.of(
                Architecture.X86_64, Architecture.X86, Architecture.X32, Architecture.AARCH64, Architecture.ARM)) {
            if (random.nextBoolean()) {
                architectures.add(architecture);
            }
        }
        if (random.nextInt(4) == 0) {
            architectures.add(Architecture.S390X);
        }
        List<Rule> rules = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            rules.add(rule());
        }
        return new Profile(action(), data(), architectures, Set.of(), rules);
    }

    private Rule rule() {
        Set<String> names = new LinkedHashSet<>();
        int count = random.nextInt(6) == 0 ? 200 : 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            boolean favourite = random.nextInt(3) > 0;
            names.add(
                    favourite
                            ? FAVOURITES.get(random.nextInt(FAVOURITES.size()))
                            : SystemCall.all()
                                    .get(random.nextInt(SystemCall.all().size()))
                                    .name());
        }
        List<ArgCheck> args = new ArrayList<>();
        int conditions = random.nextInt(4);
        for (int i = 0; i < conditions; i++) {
            args.add(new ArgCheck(
                    random.nextInt(3) == 0 ? 5 : random.nextInt(2),
                    value(),
                    value(),
                    Operator.values()[random.nextInt(Operator.values().length)]));
        }
        return new Rule(List.copyOf(names), action(), data(), args);
    }

    private Action action() {
        Action action = Action.values()[random.nextInt(Action.values().length)];
        return action == Action.NOTIFY ? Action.ALLOW : action;
    }

    private OptionalInt data() {
        return random.nextBoolean()
                ? OptionalInt.empty()
                : OptionalInt.of(random.nextInt(3) == 0 ? 38 : random.nextInt(40));
    }

    private long value() {
        long value = VALUES[random.nextInt(VALUES.length)];
        return random.nextInt(4) == 0 ? value ^ random.nextLong() : value;
    }

    /** Arguments that a comparison of the profile is likely to tell apart. */
    List<long[]> arguments(Profile profile, int count) {
        List<long[]> all = new ArrayList<>();
        all.add(new long[6]);
        all.add(new long[] {-1, -1, -1, -1, -1, -1});
        List<ArgCheck> checks =
                profile.rules().stream().flatMap(rule -> rule.args().stream()).toList();
        for (int i = 0; i < count; i++) {
            long[] arguments = new long[6];
            for (int index = 0; index < arguments.length; index++) {
                arguments[index] = near(checks.isEmpty() || random.nextInt(8) == 0 ? value() : of(checks));
            }
            all.add(arguments);
        }
        return all;
    }

    private long of(List<ArgCheck> checks) {
        ArgCheck check = checks.get(random.nextInt(checks.size()));
        return random.nextBoolean() ? check.value() : check.valueTwo();
    }

    private long near(long value) {
        return switch (random.nextInt(8)) {
            case 0 -> value - 1;
            case 1 -> value + 1;
            case 2 -> value ^ 1L << 32;
            case 3 -> value & 0xffffffffL;
            case 4 -> value | 0xffffffff00000000L;
            default -> value;
        };
    }

    /** Every number that a call has had, and those at the edges of the ranges that a filter tells apart. */
    static int[] numbers() {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number <= 600; number++) {
            numbers.add(number);
            numbers.add(number | Abi.X32_BIT);
        }
        for (int number : new int[] {
            0x0f0000,
            0x0f0001,
            0x0f0005,
            0x0f0006,
            0x0f0007,
            0x3fffffff,
            0x7fffffff,
            0x80000000,
            0xbfffffff,
            0xc0000000,
            0xc0000001,
            -2,
            -1
        }) {
            numbers.add(number);
        }
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
