package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.estiba.api.ApiException;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Seccomp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A profile of the user's own, from its text to a filter that the kernel would take, or to a refusal. */
class SeccompChoiceTest {
    private static final long SEED = Long.getLong("estiba.seed", 5);
    private static final int PROFILES = Boolean.getBoolean("estiba.long") ? 200_000 : 5_000;

    private static SeccompChoice own(String json) {
        return new SeccompChoice.Own(json);
    }

    private static void check(String json) throws ApiException {
        own(json).source(Set.of());
        own(json).check(Set.of());
    }

    @Test
    void capabilitiesDecideWhichRulesHold() throws Exception {
        SeccompChoice choice = own("""
                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                 {"name":"mkdir","action":"SCMP_ACT_ERRNO","includes":{"caps":["CAP_CHOWN"]}}]}""");
        Seccomp with = choice.source(Set.of(Capability.CHOWN)).orElseThrow().parse();
        Seccomp without = choice.source(Set.of()).orElseThrow().parse();
        assertThat(with.syscalls())
                .singleElement()
                .satisfies(rule -> assertThat(rule.names()).containsExactly("mkdir"));
        assertThat(without.syscalls()).isEmpty();
    }

    @Test
    void aProfileThatSaysNothingIsNoFilter() throws ApiException {
        assertThat(own("{}").source(Set.of())).isEmpty();
        check("{}");
    }

    @Test
    void aCallThatNobodyKnowsIsLeftOut() throws ApiException {
        check("""
                {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
                 {"names":["call_of_tomorrow","mkdir"],"action":"SCMP_ACT_ERRNO"}]}""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'defaultAction':; 400; Decoding seccomp profile failed: defaultAction: Unexpected end-of-input",
                "unconfine; 400; Decoding seccomp profile failed: Unrecognized token 'unconfine'",
                "[]; 400; Decoding seccomp profile failed: an array where an object is expected",
                "{'defaultAction':'allow'}; 400; Decoding seccomp profile failed: defaultAction: \"allow\" is none of ",
                "{'defaultAction':'SCMP_ACT_ALLOW','architectures':['A'],'archMap':[{'architecture':'A'}]}; 400;"
                        + " both 'architectures' and 'archMap' are specified in the seccomp profile",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'a','names':['b'],'action':'SCMP_ACT_LOG'}]}; 400;"
                        + " both 'name' and 'names' are specified in the seccomp profile",
                "{'defaultAction':'SCMP_ACT_ALLOW','architectures':['SCMP_ARCH_VAX']}; 400;"
                        + " invalid seccomp profile: string SCMP_ARCH_VAX is not a valid arch for seccomp",
                "{'defaultAction':'SCMP_ACT_ALLOW','flags':['LOG']}; 400;"
                        + " invalid seccomp profile: seccomp flag \"LOG\" is not known",
                "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':5000}; 400;"
                        + " invalid seccomp profile: linux.seccomp is not valid: errnoRet of SCMP_ACT_ERRNO is 5000",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':[''],'action':'SCMP_ACT_LOG'}]}; 400;"
                        + " invalid seccomp profile: linux.seccomp is not valid: a seccomp rule has an empty string",
                "{'defaultAction':'SCMP_ACT_NOTIFY'}; 501; not built yet: SCMP_ACT_NOTIFY in a seccomp profile",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'name':'dup','action':'SCMP_ACT_NOTIFY'}]}; 501;"
                        + " not built yet: SCMP_ACT_NOTIFY in a seccomp profile",
                "{'defaultAction':'SCMP_ACT_ALLOW','listenerPath':'/run/x'}; 501;"
                        + " not built yet: listenerPath in a seccomp profile",
            },
            quoteCharacter = '`')
    void whatIsNoProfileIsRefused(String json, int status, String words) {
        String real = json.replace('\'', '"');
        try {
            check(real);
            fail("taken");
        } catch (ApiException e) {
            assertThat(e.message()).startsWith(words);
            assertThat(e.status()).isEqualTo(status);
        }
    }

    @Test
    void sizeAndWorkAreBounded() {
        Requests.refused(
                () -> SeccompChoice.of("x".repeat(1 << 20)),
                400,
                "Decoding seccomp profile failed: it has 1048576 characters, and 1048568 is the most");
        // As many conditions on one call, and as many calls, as fit: answered, this way or that, in a moment.
        for (String rule : List.of(
                "{\"name\":\"dup\",\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":%d,\"value\":%d,\"op\":\"SCMP_CMP_EQ\"}]}",
                "{\"name\":\"dup\",\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":%2$d}")) {
            String rules = IntStream.range(0, 1_000_000 / (rule.length() + 5))
                    .mapToObj(i -> rule.formatted(i % 6, i % 4000))
                    .collect(Collectors.joining(","));
            Assertions.assertTimeout(Duration.ofSeconds(10), () -> {
                try {
                    check("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[" + rules + "]}");
                } catch (ApiException e) {
                    assertThat(e.status()).isEqualTo(400);
                }
            });
        }
    }

    /** Profiles made of the format's own words in the wrong and the right places. */
    @Test
    void anyProfileIsTakenOrRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        int taken = 0;
        for (int i = 0; i < PROFILES; i++) {
            String json = new Profiles(random).profile();
            try {
                check(json);
                taken++;
            } catch (ApiException e) {
                assertThat(e.status()).as(json).isIn(400, 501);
                assertThat(e.message().length()).isLessThan(1000);
            } catch (RuntimeException | Error e) {
                fail("seed " + SEED + ", profile " + i + ": " + json, e);
            }
        }
        assertThat(taken).as("profiles taken").isBetween(PROFILES / 20, PROFILES * 19 / 20);
    }

    private record Profiles(SplittableRandom random) {
        private String one(String... words) {
            // Now and then something that does not belong there.
            String[] strange = {
                "null", "-1", "18446744073709551616", "\"\"", "\"\\u0000\"", "[]", "{}", "true", "{", "1e9"
            };
            boolean isStrange = random.nextInt(200) == 0;
            return isStrange ? strange[random.nextInt(strange.length)] : words[random.nextInt(words.length)];
        }

        private String action() {
            return one(
                    "\"SCMP_ACT_ALLOW\"",
                    "\"SCMP_ACT_ERRNO\"",
                    "\"SCMP_ACT_KILL_PROCESS\"",
                    "\"SCMP_ACT_TRAP\"",
                    "\"SCMP_ACT_TRACE\"",
                    "\"SCMP_ACT_LOG\"",
                    "\"SCMP_ACT_KILL\"");
        }

        private String profile() {
            List<String> fields = new ArrayList<>();
            maybe(fields, 20, "defaultAction", action());
            maybe(fields, 3, "defaultErrnoRet", one("1", "38", "4095", "0"));
            maybe(fields, 2, "architectures", one("[\"SCMP_ARCH_X86\"]", "[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_ARM\"]"));
            maybe(
                    fields,
                    1,
                    "archMap",
                    "[{\"architecture\":" + one("\"SCMP_ARCH_X86_64\"", "\"SCMP_ARCH_MIPS\"") + "}]");
            maybe(fields, 2, "flags", one("[\"SECCOMP_FILTER_FLAG_LOG\"]", "[\"SECCOMP_FILTER_FLAG_TSYNC\"]"));
            List<String> rules = new ArrayList<>();
            for (int more = random.nextInt(5); more > 0; more--) {
                rules.add(rule());
            }
            maybe(fields, 15, "syscalls", one("[" + String.join(",", rules) + "]"));
            return "{" + String.join(",", fields) + "}";
        }

        private String rule() {
            List<String> fields = new ArrayList<>();
            maybe(fields, 18, "names", one("[\"dup\"]", "[\"socket\",\"no_such\"]", "[\"clone\",\"dup\"]", "[]"));
            maybe(fields, 1, "name", one("\"dup\"", "\"\""));
            maybe(fields, 200, "action", action());
            maybe(fields, 5, "errnoRet", one("1", "22"));
            maybe(fields, 10, "args", "[" + check() + (random.nextBoolean() ? "," + check() : "") + "]");
            maybe(fields, 5, "includes", circumstance());
            maybe(fields, 5, "excludes", circumstance());
            return "{" + String.join(",", fields) + "}";
        }

        private String check() {
            return "{\"index\":" + one("0", "1", "5") + ",\"value\":" + one("0", "1", "18446744073709551615")
                    + ",\"valueTwo\":" + one("0", "7") + ",\"op\":"
                    + one(
                            "\"SCMP_CMP_EQ\"",
                            "\"SCMP_CMP_NE\"",
                            "\"SCMP_CMP_MASKED_EQ\"",
                            "\"SCMP_CMP_LT\"",
                            "\"SCMP_CMP_GE\"")
                    + "}";
        }

        private String circumstance() {
            return one(
                    "{\"caps\":[\"CAP_CHOWN\"]}",
                    "{\"arches\":[\"amd64\"]}",
                    "{\"arches\":[\"arm64\",\"vax\"]}",
                    "{\"minKernel\":\"4.8\"}",
                    "{\"minKernel\":\"99.1\"}",
                    "{}");
        }

        private void maybe(List<String> fields, int often, String name, String value) {
            if (random.nextInt(often + 1) > 0) {
                fields.add("\"" + name + "\":" + value);
            }
        }
    }
}
