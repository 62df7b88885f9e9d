package dev.estiba.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogConfig;
import dev.estiba.engine.log.LogDriver;
import dev.estiba.engine.store.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses, names and log options in Docker's words. */
class WordsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @ParameterizedTest
    @CsvSource({
        "PT-5S, Less than a second",
        "PT0.999S, Less than a second",
        "PT1.9S, 1 second",
        "PT59.9S, 59 seconds",
        "PT1M, About a minute",
        "PT1M59S, About a minute",
        "PT2M, 2 minutes",
        "PT59M59S, 59 minutes",
        "PT1H, About an hour",
        "PT1H29M, About an hour",
        "PT1H30M, 2 hours",
        "PT47H29M, 47 hours",
        "PT47H30M, 2 days",
        "P13DT23H, 13 days",
        "P14D, 2 weeks",
        "P59D, 8 weeks",
        "P60D, 2 months",
        "P729D, 24 months",
        "P730D, 2 years",
        "P3650D, 10 years",
    })
    void aDurationHasOneUnit(Duration duration, String words) {
        assertThat(Words.duration(duration)).isEqualTo(words);
    }

    @Test
    void aStatusSaysSinceWhen() {
        Life life = Life.begun("2026-01-02T03:01:05Z", 0);
        assertThat(Words.status(new Status.Created(), Life.NONE, NOW, "none")).isEqualTo("Created");
        assertThat(Words.status(new Status.Running(5, false), life, NOW, "none"))
                .isEqualTo("Up 3 minutes");
        assertThat(Words.status(new Status.Running(5, true), life, NOW, "none")).isEqualTo("Up 3 minutes (Paused)");
        assertThat(Words.status(new Status.Running(5, false), Life.NONE, NOW, "none"))
                .isEqualTo("Up Less than a second");
        assertThat(Words.status(new Status.Ended(1, "2026-01-02T01:04:05Z", false), life, NOW, "none"))
                .isEqualTo("Exited (1) 2 hours ago");
        assertThat(Words.status(new Status.Running(5, false), life, NOW, "starting"))
                .isEqualTo("Up 3 minutes (health: starting)");
        assertThat(Words.status(new Status.Running(5, false), life, NOW, "unhealthy"))
                .isEqualTo("Up 3 minutes (unhealthy)");
        assertThat(Words.status(new Status.Lost(true), life, NOW, "none")).isEqualTo("Exited (255)");
        assertThat(Words.status(new Status.Lost(false), life, NOW, "none")).isEqualTo("Exited (137)");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.0000001S, 100ns",
        "PT0.0000015S, 1.5µs",
        "PT0.25S, 250ms",
        "PT1.5S, 1.5s",
        "PT30S, 30s",
        "PT1M30S, 1m30s",
        "PT1H, 1h0m0s",
        "PT26H3M4.05S, 26h3m4.05s"
    })
    void aDurationIsWrittenAsGoWritesIt(Duration duration, String text) {
        assertThat(Words.go(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "/ab", "0.", "a_b-c.d", "A1"})
    void aNameOfTheseLettersIsTaken(String name) throws ApiException {
        assertThat(Names.check(name)).isEqualTo(name.replace("/", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "/a", "_a", "..", "a/b", "//ab", "a b", "ab\n", "ä1", "a\u0000b"})
    void anotherNameIsRefused(String name) {
        assertThatThrownBy(() -> Names.check(name))
                .isInstanceOf(ApiException.class)
                .hasMessage("Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    @Test
    void anInventedNameIsAllowed() throws ApiException {
        for (int attempt = 0; attempt < 300; attempt++) {
            String name = Names.invent(attempt % 20);
            assertThat(Names.check(name)).isEqualTo(name);
        }
    }

    private static LogOptions log(String... options) throws ApiException {
        return logOf("json-file", options);
    }

    private static LogOptions logOf(String driver, String... options) throws ApiException {
        Map<String, String> config = new java.util.LinkedHashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            config.put(options[i], options[i + 1]);
        }
        return LogOptions.check(new LogConfig(driver, config));
    }

    @Test
    void logOptionsAreRead() throws ApiException {
        assertThat(log()).isEqualTo(LogOptions.USUAL);
        assertThat(log("max-size", "10m", "max-file", "3")).isEqualTo(LogOptions.USUAL);
        assertThat(log("max-size", "512").maxSize()).isEqualTo(512);
        assertThat(log("max-size", "2KiB").maxSize()).isEqualTo(2048);
        assertThat(log("max-size", "1GB").maxSize()).isEqualTo(1L << 30);
        assertThat(log("max-size", "1k", "max-file", "2", "compress", "true").compress())
                .isTrue();
        assertThat(log("labels", "a,b", "env-regex", "^A", "tag", "{{.Name}}/{{ .ID }}", "mode", "non-blocking"))
                .isEqualTo(LogOptions.USUAL);
        assertThat(logOf("local")).isEqualTo(new LogOptions(LogDriver.LOCAL, 20 << 20, 5, true));
        assertThat(logOf("local", "max-size", "1m", "compress", "0"))
                .isEqualTo(new LogOptions(LogDriver.LOCAL, 1 << 20, 5, false));
        assertThat(logOf("journald", "cache-max-file", "2", "tag", "x"))
                .isEqualTo(new LogOptions(LogDriver.JOURNALD, 20 << 20, 2, false));
        assertThat(logOf("none", "colour", "red").driver()).isEqualTo(LogDriver.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local | tag | x | 400 | unknown log opt 'tag' for log driver local",
                "journald | max-size | 1m | 400 | unknown log opt 'max-size' for journald log driver",
                "syslog | max-size | 1m | 400 | unknown log opt 'max-size' for syslog log driver",
                "syslog | syslog-address | http://a | 400 | unsupported scheme: 'http'",
                "syslog | syslog-address | unix:///no/such | 400 | stat /no/such: no such file or directory",
                "syslog | syslog-address | tcp+tls://a | 501 | not built yet: syslog over TLS",
                "syslog | syslog-address | tcp://:514 | 400 | invalid syslog-address: tcp://:514",
                "syslog | syslog-facility | kitchen | 400 | invalid syslog facility",
                "syslog | syslog-facility | 24 | 400 | invalid syslog facility",
                "syslog | syslog-format | xml | 400 | Invalid syslog format",
                "syslog | cache-disabled | x | 400 | invalid value for option cache-disabled: x",
                "syslog | syslog-tls-cert | f | 501 | the log option syslog-tls-cert is not built yet",
                "gelf | a | b | 501 | not built yet: the log driver gelf",
                "nosuch | a | b | 400 | error looking up logging plugin nosuch: plugin \"nosuch\" not found",
            })
    void anotherDriversLogOptionIsRefused(String driver, String option, String value, int status, String message) {
        assertThatThrownBy(() -> logOf(driver, option, value))
                .isInstanceOf(ApiException.class)
                .hasMessage(message)
                .extracting(e -> ((ApiException) e).status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-size | much | 400 | invalid size: 'much'",
                "max-size | -1 | 400 | invalid size: '-1'",
                "max-size | '' | 400 | invalid size: ''",
                "max-size | 0 | 400 | max-size must be a positive number",
                "max-size | 999999999999t | 400 | invalid size: '999999999999t'",
                "max-file | 0 | 400 | max-file cannot be less than 1",
                "max-file | x | 400 | max-file cannot be less than 1",
                "compress | maybe | 400 | invalid compress: 'maybe'",
                "labels-regex | ( | 400 | invalid labels-regex: Unclosed group",
                "tag | {{.Colour}} | 400 | invalid log tag: there is no field Colour",
                "tag | {{upper .ID}} | 501 | a log tag with more than fields is not built yet: {{upper .ID}}",
                "mode | fast | 400 | logger: logging mode not supported: fast",
                "cache-disabled | x | 400 | unknown log opt 'cache-disabled' for json-file log driver",
                "max-buffer-size | 1m | 400 | logger: max-buffer-size option is only supported with 'mode=non-blocking'",
                "colour | red | 400 | unknown log opt 'colour' for json-file log driver",
            })
    void anotherLogOptionIsRefused(String option, String value, int status, String message) {
        assertThatThrownBy(() -> log(option, value))
                .isInstanceOf(ApiException.class)
                .hasMessage(message)
                .extracting(e -> ((ApiException) e).status())
                .isEqualTo(status);
    }
}
