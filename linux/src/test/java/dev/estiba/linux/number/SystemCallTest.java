package dev.estiba.linux.number;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCallTest {
    private static final Pattern CALL = Pattern.compile("__NR_[a-z_][a-z0-9_]*");

    /** The newest call in the table; a header with newer ones is no error of the table. */
    private static final int NEWEST = 471;

    @TempDir
    Path directory;

    @Test
    void x86Numbers() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        headers.needs("asm/unistd_64.h");
        agrees(Abi.X86_64, headers, "asm/unistd_64.h");
        agrees(Abi.I386, headers, "asm/unistd_32.h");
        agrees(Abi.X32, headers, "asm/unistd_x32.h", "-D__X32_SYSCALL_BIT=0x40000000");
    }

    /** arm64 has no header of its own on x86-64; it is asm-generic with what arm64's asm/unistd.h asks of it. */
    @Test
    void arm64Numbers() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        headers.needs("asm-generic/unistd.h");
        agrees(
                Abi.ARM64,
                headers,
                "asm-generic/unistd.h",
                "-D__ARCH_WANT_RENAMEAT",
                "-D__ARCH_WANT_NEW_STAT",
                "-D__ARCH_WANT_SET_GET_RLIMIT",
                "-D__ARCH_WANT_TIME32_SYSCALLS",
                "-D__ARCH_WANT_SYS_CLONE3",
                "-D__ARCH_WANT_MEMFD_SECRET");
    }

    private static void agrees(Abi abi, CHeaders headers, String header, String... definitions) throws Exception {
        List<String> macros = headers.macros(CALL, header, definitions);
        Map<String, Long> values = headers.values(macros, List.of(header), definitions);
        Map<String, Integer> expected = new TreeMap<>();
        values.forEach((macro, value) -> {
            int bare = value.intValue() & ~Abi.X32_BIT;
            boolean isACall = !macro.equals("__NR_syscalls") && !macro.equals("__NR_arch_specific_syscall");
            if (isACall && (bare <= NEWEST || bare >= 512)) {
                expected.put(macro.substring("__NR_".length()), value.intValue());
            }
        });
        assertThat(expected).as("calls in " + header).hasSizeGreaterThan(300);
        Map<String, Integer> table = new TreeMap<>();
        Map<String, Integer> newer = new TreeMap<>();
        for (SystemCall call : SystemCall.all()) {
            OptionalInt number = call.number(abi);
            if (number.isPresent()) {
                (expected.containsKey(call.name()) ? table : newer).put(call.name(), number.getAsInt());
            }
        }
        assertThat(table).as(abi + " against " + header).isEqualTo(expected);
        // What an older header lacks must be newer than all it has, apart from the x86-64 calls that fill a hole.
        newer.remove("uretprobe");
        newer.remove("uprobe");
        int last = expected.values().stream()
                .mapToInt(n -> n & ~Abi.X32_BIT)
                .filter(n -> n <= NEWEST)
                .max()
                .orElseThrow();
        assertThat(newer.values())
                .as(abi + " calls that " + header + " lacks: " + newer)
                .allMatch(n -> (n & ~Abi.X32_BIT) > last);
    }

    @Test
    void callsNewerThanDebian12HaveOneNumberEverywhere() {
        Map<String, Integer> newer = new HashMap<>();
        String[] names = {
            "cachestat",
            "fchmodat2",
            "map_shadow_stack",
            "futex_wake",
            "futex_wait",
            "futex_requeue",
            "statmount",
            "listmount",
            "lsm_get_self_attr",
            "lsm_set_self_attr",
            "lsm_list_modules",
            "mseal",
            "setxattrat",
            "getxattrat",
            "listxattrat",
            "removexattrat",
            "open_tree_attr",
            "file_getattr",
            "file_setattr",
            "listns",
            "rseq_slice_yield"
        };
        for (int i = 0; i < names.length; i++) {
            newer.put(names[i], 451 + i);
        }
        newer.forEach((name, number) -> {
            SystemCall call = SystemCall.named(name).orElseThrow();
            assertThat(call.number(Abi.X86_64)).as(name).hasValue(number);
            assertThat(call.number(Abi.I386)).as(name).hasValue(number);
            assertThat(call.number(Abi.ARM64)).as(name).hasValue(number);
            assertThat(call.number(Abi.ARM)).as(name).hasValue(number);
            if (name.equals("map_shadow_stack")) {
                assertThat(call.number(Abi.X32)).as(name).isEmpty();
            } else {
                assertThat(call.number(Abi.X32)).as(name).hasValue(number | Abi.X32_BIT);
            }
        });
        assertThat(SystemCall.named("uretprobe").orElseThrow().number(Abi.X86_64))
                .hasValue(335);
        assertThat(SystemCall.named("uprobe").orElseThrow().number(Abi.X86_64)).hasValue(336);
        assertThat(SystemCall.named("uprobe").orElseThrow().number(Abi.X32)).isEmpty();
    }

    /** arm's headers are not on this machine; these are from its unistd-eabi.h, and from the order of the file. */
    @Test
    void armHasItsPrivateCalls() {
        assertThat(SystemCall.named("breakpoint").orElseThrow().number(Abi.ARM)).hasValue(0x0f0001);
        assertThat(SystemCall.named("cacheflush").orElseThrow().number(Abi.ARM)).hasValue(0x0f0002);
        assertThat(SystemCall.named("set_tls").orElseThrow().number(Abi.ARM)).hasValue(0x0f0005);
        assertThat(SystemCall.named("socket").orElseThrow().number(Abi.ARM)).hasValue(281);
        assertThat(SystemCall.named("socketcall").orElseThrow().number(Abi.ARM)).isEmpty();
    }

    @Test
    void namesAreSortedAndNumbersAreUnique() {
        List<String> names = new ArrayList<>();
        for (SystemCall call : SystemCall.all()) {
            names.add(call.name());
        }
        assertThat(names).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(480);
        for (Abi abi : Abi.values()) {
            Map<Integer, String> seen = new HashMap<>();
            for (SystemCall call : SystemCall.all()) {
                call.number(abi).ifPresent(number -> {
                    String other = seen.put(number, call.name());
                    assertThat(other)
                            .as(abi + " " + number + ": " + other + ", " + call.name())
                            .isNull();
                });
            }
        }
    }

    @Test
    void isFoundByNameAndByNumber() {
        assertThat(SystemCall.named("openat2").orElseThrow().number(Abi.ARM64)).hasValue(437);
        assertThat(SystemCall.named("no_such_call")).isEmpty();
        assertThat(SystemCall.named("")).isEmpty();
        assertThat(SystemCall.numbered(Abi.X32, Abi.X32_BIT | 520))
                .hasValueSatisfying(call -> assertThat(call.name()).isEqualTo("execve"));
        assertThat(SystemCall.numbered(Abi.X86_64, 520)).isEmpty();
        assertThat(SystemCall.numbered(Abi.X86_64, -1)).isEmpty();
        assertThat(SystemCall.numbered(Abi.X32, -1)).isEmpty();
    }
}
