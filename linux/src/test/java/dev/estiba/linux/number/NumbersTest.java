package dev.estiba.linux.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors, signals, capabilities, limits and architectures against the C compiler's headers. */
class NumbersTest {
    @TempDir
    Path directory;

    @Test
    void errorsAreThoseOfTheHeaders() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        List<String> macros = headers.macros(Pattern.compile("E[A-Z0-9]+"), "errno.h");
        Map<String, Long> values = headers.values(macros, List.of("errno.h"));
        assertThat(values).hasSizeGreaterThan(130);
        values.forEach((name, value) -> assertThat(Errno.named(name))
                .as(name)
                .hasValueSatisfying(
                        error -> assertThat((long) error.number()).as(name).isEqualTo(value)));
        for (Errno error : Errno.values()) {
            assertThat(values).as("header").containsKey(error.name());
            assertThat(Errno.of(error.number())).contains(error);
        }
    }

    @Test
    void errorTextsAreThoseOfStrerror() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        String output = headers.runProgram("""
                #include <features.h>
                #include <stdio.h>
                #include <string.h>
                int main(void)
                {
                #ifdef __GLIBC__
                        for (int i = 1; i <= 140; i++)
                                printf("%d %s\\n", i, strerror(i));
                #endif
                        return 0;
                }
                """);
        assumeFalse(output.isEmpty(), "not the GNU C library: its sentences differ");
        for (String line : output.lines().toList()) {
            int number = Integer.parseInt(line.substring(0, line.indexOf(' ')));
            String text = line.substring(line.indexOf(' ') + 1);
            if (Errno.of(number).isPresent()) {
                assertThat(Errno.of(number).get().text()).as("errno " + number).isEqualTo(text);
            } else {
                assertThat(text).isEqualTo("Unknown error " + number);
            }
        }
    }

    @Test
    void anErrorIsDescribedWithItsName() {
        assertThat(Errno.describe(1)).isEqualTo("Operation not permitted (EPERM)");
        assertThat(Errno.describe(41)).isEqualTo("error 41");
        assertThat(Errno.describe(0)).isEqualTo("error 0");
        assertThat(Errno.describe(-1)).isEqualTo("error -1");
        assertThat(Errno.of(134)).isEmpty();
        assertThat(Errno.named("EWOULDBLOCK")).contains(Errno.EAGAIN);
        assertThat(Errno.named("eperm")).isEmpty();
    }

    @Test
    void signalsAreThoseOfTheHeaders() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        List<String> macros = new ArrayList<>(headers.macros(Pattern.compile("SIG[A-Z0-9]+"), "signal.h"));
        macros.removeAll(List.of("SIGRTMIN", "SIGRTMAX", "SIGEV", "SIGSTKSZ", "SIGUNUSED"));
        Map<String, Long> values = headers.values(macros, List.of("signal.h"));
        assertThat(values).hasSizeGreaterThan(30);
        values.forEach((name, value) -> assertThat(Signal.parse(name))
                .as(name)
                .hasValueSatisfying(signal -> assertThat((long) signal.number()).isEqualTo(value)));
        String range = headers.runProgram("""
                #include <signal.h>
                #include <stdio.h>
                int main(void)
                {
                        printf("%d %d", SIGRTMIN, SIGRTMAX);
                        return 0;
                }
                """);
        assertThat(range).isEqualTo(Signal.RTMIN + " " + Signal.RTMAX);
    }

    @Test
    void aSignalIsParsedAsPeopleWriteIt() {
        assertThat(Signal.parse("TERM")).contains(Signal.TERM);
        assertThat(Signal.parse("sigterm")).contains(Signal.TERM);
        assertThat(Signal.parse("15")).contains(Signal.TERM);
        assertThat(Signal.parse("RTMIN")).contains(new Signal(34));
        assertThat(Signal.parse("SIGRTMIN+3")).contains(new Signal(37));
        assertThat(Signal.parse("rtmax-14")).contains(new Signal(50));
        assertThat(Signal.parse("RTMIN+30")).contains(new Signal(64));
        for (String bad :
                List.of("", "0", "65", "-9", "SIG", "SIGSIGTERM", "RTMIN+31", "RTMIN+03", "999", "1e1", "٣")) {
            assertThat(Signal.parse(bad)).as(bad).isEmpty();
        }
        assertThatThrownBy(() -> new Signal(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no signal has the number 0; they are 1 to 64");
    }

    @Test
    void everySignalIsFoundByItsName() {
        for (int number = 1; number <= Signal.RTMAX; number++) {
            Signal signal = new Signal(number);
            if (number == 32 || number == 33) {
                assertThat(signal.name()).isEqualTo("SIG" + number);
                assertThat(Signal.parse(signal.name())).isEmpty();
            } else {
                assertThat(Signal.parse(signal.name())).contains(signal);
            }
        }
        assertThat(new Signal(37).name()).isEqualTo("SIGRTMIN+3");
        assertThat(new Signal(49).name()).isEqualTo("SIGRTMIN+15");
        assertThat(new Signal(50).name()).isEqualTo("SIGRTMAX-14");
    }

    @Test
    void capabilitiesAreThoseOfTheHeader() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        headers.needs("linux/capability.h");
        Map<String, Long> values = headers.values(
                headers.macros(Pattern.compile("CAP_[A-Z_]+"), "linux/capability.h"), List.of("linux/capability.h"));
        values.remove("CAP_LAST_CAP");
        Map<String, Long> table = new LinkedHashMap<>();
        for (Capability capability : Capability.values()) {
            table.put(capability.fullName(), (long) capability.number());
            assertThat(Capability.named(capability.fullName())).contains(capability);
        }
        assertThat(table).hasSize(41).containsExactlyInAnyOrderEntriesOf(values);
    }

    @Test
    void aCapabilityIsParsedInAnySpelling() {
        assertThat(Capability.parse("net_raw")).contains(Capability.NET_RAW);
        assertThat(Capability.parse("Cap_Net_Raw")).contains(Capability.NET_RAW);
        assertThat(Capability.named("net_raw")).isEmpty();
        assertThat(Capability.parse("ALL")).isEmpty();
        assertThat(Capability.mask(List.of(Capability.CHOWN, Capability.CHECKPOINT_RESTORE)))
                .isEqualTo(1L | 1L << 40);
    }

    @Test
    void limitsAreThoseOfTheHeader() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        headers.needs("linux/resource.h");
        Map<String, Long> values = headers.values(
                headers.macros(Pattern.compile("RLIMIT_[A-Z]+"), "linux/resource.h"), List.of("linux/resource.h"));
        Map<String, Long> table = new LinkedHashMap<>();
        for (ResourceLimit limit : ResourceLimit.values()) {
            table.put(limit.fullName(), (long) limit.number());
            assertThat(ResourceLimit.named(limit.fullName())).contains(limit);
        }
        assertThat(table).containsExactlyInAnyOrderEntriesOf(values);
        assertThat(ResourceLimit.named("RLIMIT_")).isEmpty();
        assertThat(ResourceLimit.named("RLIMIT_XAS")).isEmpty();
        assertThat(ResourceLimit.named("NOFILE")).isEmpty();
    }

    @Test
    void architecturesAreThoseOfTheHeader() throws Exception {
        CHeaders headers = CHeaders.orSkip(directory);
        headers.needs("linux/audit.h");
        List<String> macros = new ArrayList<>();
        Map<String, Integer> table = new LinkedHashMap<>();
        for (Field field : AuditArch.class.getFields()) {
            macros.add("AUDIT_ARCH_" + field.getName());
            table.put("AUDIT_ARCH_" + field.getName(), field.getInt(null));
        }
        Map<String, Long> values = headers.values(macros, List.of("linux/audit.h"));
        values.forEach((name, value) -> assertThat(table.get(name)).as(name).isEqualTo(value.intValue()));
        // linux/audit.h of Debian 12 has all of them; an older one may lack the youngest.
        macros.removeAll(List.of("AUDIT_ARCH_LOONGARCH64", "AUDIT_ARCH_RISCV64"));
        assertThat(values.keySet()).containsAll(macros);
        assertThat(table).hasSize(22);
    }
}
