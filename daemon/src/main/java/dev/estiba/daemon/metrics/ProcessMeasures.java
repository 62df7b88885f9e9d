package dev.estiba.daemon.metrics;

import dev.estiba.registry.metrics.MetricsText;
import dev.estiba.registry.metrics.MetricsText.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What this process has of its host, by the names that Prometheus' own libraries use. */
final class ProcessMeasures {
    private static final int KIB = 1024;

    private ProcessMeasures() {}

    static void tell(MetricsText text, int descriptors, int threads) throws IOException {
        ProcessHandle.Info self = ProcessHandle.current().info();
        Duration busy = self.totalCpuDuration().orElse(Duration.ZERO);
        text.one(
                        "process_cpu_seconds_total",
                        Kind.COUNTER,
                        "Processor time that was used, in seconds",
                        busy.toNanos() / 1e9)
                .one("process_open_fds", Kind.GAUGE, "Open descriptors", descriptors)
                .one("process_max_fds", Kind.GAUGE, "Descriptors that may be open", most())
                .one("process_threads", Kind.GAUGE, "Threads", threads);
        long start = self.startInstant().map(Instant::getEpochSecond).orElse(0L);
        text.one("process_start_time_seconds", Kind.GAUGE, "When it began, in seconds since 1970", start);
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                text.one("process_resident_memory_bytes", Kind.GAUGE, "Memory that it has", KIB * number(line));
            } else if (line.startsWith("VmSize:")) {
                text.one("process_virtual_memory_bytes", Kind.GAUGE, "Addresses that it has", KIB * number(line));
            }
        }
        Runtime runtime = Runtime.getRuntime();
        text.one("jvm_memory_used_bytes", Kind.GAUGE, "Of its heap", runtime.totalMemory() - runtime.freeMemory());
    }

    /** proc_pid_limits(5): name, soft, hard, unit; "unlimited" is no number. */
    private static long most() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).strip().split(" +")[0];
                return soft.equals("unlimited") ? -1 : Long.parseLong(soft);
            }
        }
        return -1;
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
