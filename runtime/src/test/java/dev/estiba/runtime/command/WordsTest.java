package dev.estiba.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.ConfigWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that commands take and print. */
class WordsTest {
    @ParameterizedTest
    @CsvSource({"TERM,15", "sigterm,15", "SIGKILL,9", "9,9", "0,0", "99,99", "-3,-3", "RTMIN+1,35"})
    void signals(String text, int number) throws Exception {
        assertThat(KillCommand.signal(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "FOO", "SIG", "9x", "99999999999"})
    void unknownSignals(String text) {
        assertThatThrownBy(() -> KillCommand.signal(text))
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown signal \"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "-1,-1",
        "1024,1024",
        "1k,1024",
        "1.5M,1572864",
        "2GiB,2147483648",
        "3 kb,3072",
        "8388607T,9223370937343148032"
    })
    void sizes(String text, long bytes) throws Exception {
        assertThat(Limits.size(text, "memory")).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-2", "abc", "1x", "1kk", "0x10", "1.2.3", " 1"})
    void wrongSizes(String text) {
        assertThatThrownBy(() -> Limits.size(text, "memory"))
                .isInstanceOf(UsageException.class)
                .hasMessage("invalid value for memory: invalid size: '" + text + "'");
    }

    @Test
    void sizesOutOfRange() {
        assertThatThrownBy(() -> Limits.size("9223372036854775807P", "memory-swap"))
                .isInstanceOf(UsageException.class)
                .hasMessage("invalid value for memory-swap: 9223372036854775807P is more than 8 EiB");
    }

    @ParameterizedTest
    @CsvSource({"5s,5000", "1m30s,90000", "150ms,150", "1.5s,1500", "1h,3600000"})
    void intervals(String text, long millis) throws Exception {
        assertThat(EventsCommand.interval(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "0,duration interval must be greater than 0",
        "0s,duration interval must be greater than 0",
        "-1s,duration interval must be greater than 0",
        "5,'invalid value \"5\" for flag -interval: parse error'",
        "s,'invalid value \"s\" for flag -interval: parse error'",
    })
    void wrongIntervals(String text, String sentence) {
        assertThatThrownBy(() -> EventsCommand.interval(text))
                .isInstanceOf(UsageException.class)
                .hasMessage(sentence);
    }

    @Test
    void lists() {
        assertThat(StatsV1.listed("0-3,7")).containsExactly(0L, 1L, 2L, 3L, 7L);
        assertThat(StatsV1.listed("")).isEmpty();
        assertThat(StatsV1.listed("0-9223372036854775807")).hasSize(8192);
        assertThat(StatsV1.listed("5-3,-1,x")).isEmpty();
    }

    @Test
    void linesOfPs() throws Exception {
        String output = "UID        PID  CMD\nroot        12  a b\nroot       123  c\n";
        assertThat(PsCommand.filter(output, Set.of(123))).isEqualTo("UID        PID  CMD\nroot       123  c\n");
        assertThatThrownBy(() -> PsCommand.filter("CMD\nx\n", Set.of(1)))
                .hasMessage("couldn't find PID field in ps output");
        assertThatThrownBy(() -> PsCommand.filter("PID\nx\n", Set.of(1))).hasMessage("unable to parse pid: x");
        assertThat(PsCommand.json(Set.of())).isEqualTo("null\n");
    }

    @Test
    void usersByNumber() {
        byte[] passwd = "root:x:0:0\ntoor:x:0:0\nbad\nx:y:abc\nme:x:1000:1000:\n".getBytes(StandardCharsets.UTF_8);
        assertThat(Users.names(passwd)).isEqualTo(Map.of(0L, "root", 1000L, "me"));
    }

    @Test
    void statisticsWithoutAnyFile() {
        assertThat(StatsV1.event("c1", Map.of())).isEqualTo("""
                {"type":"stats","id":"c1","data":{"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},\
                "cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,\
                "memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,\
                "sched_relax_domain_level":0},"memory":{"usage":{"limit":0,"failcnt":0},"swap":{"limit":0,"failcnt":0},\
                "kernel":{"limit":0,"failcnt":0},"kernelTCP":{"limit":0,"failcnt":0}},"pids":{},"blkio":{},"hugetlb":{},\
                "intel_rdt":{},"network_interfaces":null}}
                """);
    }

    @Test
    void statisticsOfDevices() {
        String event = StatsV1.event(
                "c1",
                Map.of(
                        "blkio.throttle.io_service_bytes",
                        "8:0 Read 4096\n8:0 Write 0\nTotal 4096\n",
                        "blkio.throttle.io_serviced",
                        "8:0 Read 1\nTotal 1\n"));
        assertThat(event)
                .contains("\"blkio\":{\"ioServiceBytesRecursive\":[{\"major\":8,\"op\":\"Read\",\"value\":4096},"
                        + "{\"major\":8,\"op\":\"Write\"}],\"ioServicedRecursive\":[{\"major\":8,\"op\":\"Read\","
                        + "\"value\":1}]}");
    }

    /** After a change of the grammar: print the file anew with {@link GrammarHeader}. */
    @Test
    void theExecutorsGrammarIsTheOneOfJava() throws Exception {
        String repository = System.getProperty("estiba.repo");
        Assumptions.assumeTrue(repository != null, "estiba.repo is not set: run the tests by ./dev test");
        assertThat(Path.of(repository, "native/src/grammar.h")).hasContent(GrammarHeader.text());
    }

    @Test
    void staticAnswers() {
        assertThat(StaticAnswers.version("1.2", "abc")).isEqualTo("estiba-oci version 1.2\ncommit: abc\nspec: 1.3.0\n");
        assertThat(new String(StaticAnswers.features("1.2", "abc"), StandardCharsets.UTF_8))
                .contains("\"tmpcopyup\"")
                .contains("\"dev.estiba.version\": \"1.2\"")
                .endsWith("}\n");
    }

    @Test
    void aStarterConfigurationIsOneThatIsRead() throws Exception {
        for (var config : List.of(StarterConfig.root(), StarterConfig.rootless(1000, 1001))) {
            byte[] json = ConfigWriter.write(config, Layout.TABS);
            assertThat(ConfigReader.read(json)).isEqualTo(config);
        }
    }
}
