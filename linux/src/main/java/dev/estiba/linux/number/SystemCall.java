package dev.estiba.linux.number;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A system call: its name in the kernel's headers and its number in each calling convention that has it.
 *
 * <p>The names are the headers', also where a C library or a manual page has another one ({@code pread64},
 * {@code newfstatat}, {@code _llseek}).
 */
public final class SystemCall {
    private static final List<SystemCall> ALL = List.of(SystemCallTable.parse());
    private static final Map<String, SystemCall> BY_NAME = indexByName();

    private final String name;
    /** By {@link Abi#ordinal()}, without x32's bit. */
    private final int[] numbers;

    SystemCall(String name, int[] numbers) {
        this.name = name;
        this.numbers = numbers;
    }

    private static Map<String, SystemCall> indexByName() {
        Map<String, SystemCall> byName = HashMap.newHashMap(ALL.size());
        for (SystemCall call : ALL) {
            byName.put(call.name, call);
        }
        return Collections.unmodifiableMap(byName);
    }

    /** Every call that any of the calling conventions has, in the order of the names. */
    public static List<SystemCall> all() {
        return ALL;
    }

    /** The call of that name; empty when no calling convention has one, or it is newer than the table (Linux 7.0). */
    public static Optional<SystemCall> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /**
     * The call with that number, for messages and listings.
     *
     * @param number as the kernel reports it, so with {@link Abi#X32_BIT} for x32
     */
    public static Optional<SystemCall> numbered(Abi abi, int number) {
        for (SystemCall call : ALL) {
            OptionalInt own = call.number(abi);
            if (own.isPresent() && own.getAsInt() == number) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }

    public String name() {
        return name;
    }

    /** The number as it stands in the register and in seccomp_data.nr: for x32 with {@link Abi#X32_BIT}. */
    public OptionalInt number(Abi abi) {
        int number = numbers[abi.ordinal()];
        if (number == SystemCallTable.ABSENT) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(abi == Abi.X32 ? number | Abi.X32_BIT : number);
    }

    @Override
    public String toString() {
        return name;
    }
}
