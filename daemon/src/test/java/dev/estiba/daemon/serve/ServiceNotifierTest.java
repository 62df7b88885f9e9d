package dev.estiba.daemon.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sd_notify(3), of which the tests are the service manager. */
class ServiceNotifierTest {
    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();

    private ServiceNotifier of(String address) {
        return ServiceNotifier.of(Map.of("NOTIFY_SOCKET", address), log::add);
    }

    private static String received(UnixSocket manager) throws IOException {
        return new String(manager.receive(4096).bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void itTellsWhatBecomesOfIt() throws Exception {
        String path = directory.resolve("notify").toString();
        for (String name : List.of(path, "@estiba-test-" + UUID.randomUUID())) {
            try (UnixSocket manager = UnixSocket.bind(UnixSocket.Kind.DATAGRAMS, name)) {
                ServiceNotifier notifier = of(name);
                notifier.ready(42);
                assertThat(received(manager)).isEqualTo("READY=1\nSTATUS=serving\nMAINPID=42");
                long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
                notifier.reloading();
                String[] lines = received(manager).split("\n");
                assertThat(lines[0]).isEqualTo("RELOADING=1");
                assertThat(lines[1]).startsWith("MONOTONIC_USEC=");
                assertThat(Long.parseLong(lines[1].substring(15)))
                        .isBetween(before, TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
                notifier.stopping();
                assertThat(received(manager)).startsWith("STOPPING=1\n");
            }
        }
        assertThat(log).isEmpty();
    }

    @Test
    void nobodyIsToldWhereNobodyAsks() {
        ServiceNotifier.of(Map.of(), log::add).ready(1);
        assertThat(log).isEmpty();
    }

    @Test
    void whatCannotBeToldIsSaid() {
        of(directory.resolve("absent").toString()).ready(1);
        assertThat(log).singleElement().asString().startsWith("the service manager cannot be told \"READY=1\": ");
        log.clear();
        of("vsock:2:1234").ready(1);
        assertThat(log)
                .containsExactly(
                        "NOTIFY_SOCKET=vsock:2:1234 is neither a path nor an abstract name: nobody is told anything");
    }
}
