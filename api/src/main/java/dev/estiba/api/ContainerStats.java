package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * What a container uses; in two moments, so that what it used between them can be told.
 *
 * @param before the moment before; {@link Sample#NOTHING} when there was none
 * @param processorsOnline of the host
 */
public record ContainerStats(String id, String name, Sample now, Sample before, int processorsOnline) {
    /**
     * One moment. Times are in nanoseconds, sizes in bytes.
     *
     * @param read RFC 3339; of a container that does not run Go's zero time
     * @param systemCpu what all processors of the host have worked so far
     * @param memory the kernel's counters by their names
     * @param memoryLimit the host's memory when there is no limit
     * @param pidsLimit 0: none
     * @param network by the interface's name
     */
    public record Sample(
            String read,
            Cpu cpu,
            long systemCpu,
            long memoryUsage,
            long memoryPeak,
            long memoryFailures,
            long memoryLimit,
            Map<String, Long> memory,
            long pids,
            long pidsLimit,
            List<Transfer> blockBytes,
            List<Transfer> blockOperations,
            Map<String, Network> network) {
        public static final Sample NOTHING = new Sample(
                "0001-01-01T00:00:00Z", Cpu.NOTHING, 0, 0, 0, 0, 0, Map.of(), 0, 0, List.of(), List.of(), Map.of());

        public Sample {
            memory = Copies.inOrder(memory);
            blockBytes = List.copyOf(blockBytes);
            blockOperations = List.copyOf(blockOperations);
            network = Copies.inOrder(network);
        }
    }

    /** @param perProcessor only version 1's cgroups know it */
    public record Cpu(
            long total,
            long kernel,
            long user,
            List<Long> perProcessor,
            long periods,
            long throttledPeriods,
            long throttledTime) {
        public static final Cpu NOTHING = new Cpu(0, 0, 0, List.of(), 0, 0, 0);

        public Cpu {
            perProcessor = List.copyOf(perProcessor);
        }
    }

    /** @param operation {@code read}, {@code write} and others of the kernel */
    public record Transfer(int major, int minor, String operation, long value) {}

    public record Network(
            long receivedBytes,
            long receivedPackets,
            long receivedErrors,
            long receivedDropped,
            long sentBytes,
            long sentPackets,
            long sentErrors,
            long sentDropped) {}
}
