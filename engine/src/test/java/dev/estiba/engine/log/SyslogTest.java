package dev.estiba.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.OutputStreamName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyslogTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456789Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | '' | <30>Jan  2 03:04:05 tag[7]: text",
                "rfc3164 | user | <14>Jan  2 03:04:05 ship tag[7]: text",
                "rfc5424 | local7 | <190>1 2026-01-02T03:04:05Z ship tag 7 tag - text",
                "rfc5424micro | 0 | <6>1 2026-01-02T03:04:05.123456Z ship tag 7 tag - text",
            })
    void aMessageLooksAsDockerdsDoes(String format, String facility, String message) throws Exception {
        SyslogLayout layout = SyslogLayout.of(Map.of("syslog-format", format, "syslog-facility", facility));
        assertThat(layout.message(OutputStreamName.STDOUT, TIME, "ship", "tag", 7, "text"))
                .isEqualTo(message + "\n");
    }

    @Test
    void whatIsWrongIsOfAnotherSeverity() throws Exception {
        assertThat(SyslogLayout.of(Map.of()).message(OutputStreamName.STDERR, TIME, "ship", "tag", 7, "text"))
                .startsWith("<27>");
    }

    private static LogLine line(String text) {
        return new LogLine(OutputStreamName.STDOUT, TIME, text + "\n");
    }

    private static Syslog to(String address) throws IOException {
        return new Syslog(SyslogAddress.parse(address), List.of(), SyslogLayout.of(Map.of()), "ship", "tag");
    }

    @Test
    void aDatagramIsAMessage() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                Syslog syslog = to("udp://127.0.0.1:" + server.getLocalPort())) {
            syslog.send(line("first"));
            syslog.settle();
            DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
            server.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .matches("<30>Jan  2 03:04:05 tag\\[[0-9]+]: first\n");
        }
    }

    @Test
    void aBrokenConnectionIsNoticedAndMadeAnew() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Syslog syslog = to("tcp://127.0.0.1:" + server.getLocalPort())) {
            syslog.send(line("first"));
            try (Socket connection = server.accept()) {
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                assertThat(lines.readLine()).endsWith(": first");
                syslog.settle();
            }
            // The end of a connection takes its time to get here, on a busy machine as well.
            assertThatThrownBy(() -> {
                        long end = System.nanoTime() + 60_000_000_000L;
                        while (System.nanoTime() < end) {
                            syslog.settle();
                            Thread.sleep(5);
                        }
                    })
                    .isInstanceOf(IOException.class);
            syslog.send(line("second"));
            try (Socket connection = server.accept()) {
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
                assertThat(lines.readLine()).endsWith(": second");
            }
        }
    }

    @Test
    void whereNobodyListensItIsAnError() throws Exception {
        int free;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = server.getLocalPort();
        }
        try (Syslog syslog = to("tcp://127.0.0.1:" + free);
                Syslog host = to("")) {
            assertThatThrownBy(() -> syslog.send(line("x"))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> host.send(line("x"))).hasMessageContaining("no syslog daemon listens");
        }
    }

    @Test
    void anAddressIsReadAsDockerdReadsIt() throws Exception {
        assertThat(SyslogAddress.parse("udp://log.example")).isEqualTo(new SyslogAddress.Udp("log.example", 514));
        assertThat(SyslogAddress.parse("tcp://[::1]:1514")).isEqualTo(new SyslogAddress.Tcp("::1", 1514));
        assertThat(SyslogAddress.parse("")).isEqualTo(new SyslogAddress.Host());
    }
}
