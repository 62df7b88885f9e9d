package dev.estiba.engine.stats;

import dev.estiba.api.ContainerStats.Cpu;
import dev.estiba.api.ContainerStats.Network;
import dev.estiba.api.ContainerStats.Sample;
import dev.estiba.api.ContainerStats.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what a group of processes uses, from version 1's hierarchies or version 2's tree. */
public final class StatsReader {
    private static final Path TOP = Path.of("/sys/fs/cgroup");

    /** Of cpuacct.stat and /proc/stat: USER_HZ is 100 on every machine that runs Linux binaries. */
    private static final long NANOS_A_TICK = 10_000_000;

    private static final long NANOS_A_MICRO = 1000;

    private StatsReader() {}

    /**
     * @param group from the top of the hierarchies: {@code /estiba/ID}
     * @param pid one of its processes, whose network is counted; 0: nobody's
     */
    public static Sample read(String group, int pid) {
        boolean unified = Files.exists(TOP.resolve("cgroup.controllers"));
        Map<String, Network> network = pid == 0 ? Map.of() : network(Path.of("/proc/" + pid + "/net/dev"));
        return unified ? unified(new GroupFiles(Path.of(TOP + group)), network) : separate(group, network);
    }

    private static GroupFiles of(String controller, String group) {
        return new GroupFiles(Path.of(TOP + "/" + controller + group));
    }

    private static Sample separate(String group, Map<String, Network> network) {
        GroupFiles account = of("cpuacct", group);
        GroupFiles memory = of("memory", group);
        GroupFiles block = of("blkio", group);
        GroupFiles pids = of("pids", group);
        Map<String, Long> modes = account.table("cpuacct.stat");
        Map<String, Long> throttled = of("cpu", group).table("cpu.stat");
        Cpu cpu = new Cpu(
                account.number("cpuacct.usage"),
                modes.getOrDefault("system", 0L) * NANOS_A_TICK,
                modes.getOrDefault("user", 0L) * NANOS_A_TICK,
                account.numbers("cpuacct.usage_percpu"),
                throttled.getOrDefault("nr_periods", 0L),
                throttled.getOrDefault("nr_throttled", 0L),
                throttled.getOrDefault("throttled_time", 0L));
        return new Sample(
                Instant.now().toString(),
                cpu,
                systemCpu(),
                memory.number("memory.usage_in_bytes"),
                memory.number("memory.max_usage_in_bytes"),
                memory.number("memory.failcnt"),
                Math.min(memory.number("memory.limit_in_bytes"), hostMemory()),
                memory.table("memory.stat"),
                pids.number("pids.current"),
                limited(pids.number("pids.max")),
                transfers(block.lines("blkio.throttle.io_service_bytes_recursive")),
                transfers(block.lines("blkio.throttle.io_serviced_recursive")),
                network);
    }

    private static Sample unified(GroupFiles group, Map<String, Network> network) {
        Map<String, Long> cpu = group.table("cpu.stat");
        List<Transfer> bytes = new ArrayList<>();
        List<Transfer> operations = new ArrayList<>();
        for (String line : group.lines("io.stat")) {
            unifiedTransfers(line, bytes, operations);
        }
        return new Sample(
                Instant.now().toString(),
                new Cpu(
                        cpu.getOrDefault("usage_usec", 0L) * NANOS_A_MICRO,
                        cpu.getOrDefault("system_usec", 0L) * NANOS_A_MICRO,
                        cpu.getOrDefault("user_usec", 0L) * NANOS_A_MICRO,
                        List.of(),
                        cpu.getOrDefault("nr_periods", 0L),
                        cpu.getOrDefault("nr_throttled", 0L),
                        cpu.getOrDefault("throttled_usec", 0L) * NANOS_A_MICRO),
                systemCpu(),
                group.number("memory.current"),
                0,
                group.table("memory.events").getOrDefault("max", 0L),
                Math.min(group.number("memory.max"), hostMemory()),
                group.table("memory.stat"),
                group.number("pids.current"),
                limited(group.number("pids.max")),
                bytes,
                operations,
                network);
    }

    /** The API's word for "none" is 0. */
    private static long limited(long limit) {
        return limit == Long.MAX_VALUE ? 0 : limit;
    }

    /** {@code 8:0 Read 4096}. */
    private static List<Transfer> transfers(List<String> lines) {
        List<Transfer> transfers = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split("[: ]");
            if (words.length == 4) {
                transfers.add(new Transfer(
                        Integer.parseInt(words[0]),
                        Integer.parseInt(words[1]),
                        words[2].toLowerCase(Locale.ROOT),
                        Long.parseLong(words[3])));
            }
        }
        return transfers;
    }

    /** {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}. */
    private static void unifiedTransfers(String line, List<Transfer> bytes, List<Transfer> operations) {
        String[] words = line.split("[: =]");
        for (int i = 2; i + 1 < words.length; i += 2) {
            Transfer transfer = new Transfer(
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1]),
                    words[i].startsWith("r") ? "read" : "write",
                    Long.parseLong(words[i + 1]));
            switch (words[i]) {
                case "rbytes", "wbytes" -> bytes.add(transfer);
                case "rios", "wios" -> operations.add(transfer);
                default -> {}
            }
        }
    }

    /** proc(5): the first line of /proc/stat, without guests' time, which is in the users'. */
    private static long systemCpu() {
        List<String> lines = new GroupFiles(Path.of("/proc")).lines("stat");
        if (lines.isEmpty()) {
            return 0;
        }
        String[] words = lines.getFirst().split(" +");
        long ticks = 0;
        for (int i = 1; i < Math.min(words.length, 8); i++) {
            ticks += Long.parseLong(words[i]);
        }
        return ticks * NANOS_A_TICK;
    }

    private static long hostMemory() {
        List<String> lines = new GroupFiles(Path.of("/proc")).lines("meminfo");
        return lines.isEmpty()
                ? Long.MAX_VALUE
                : Long.parseLong(lines.getFirst().split(" +")[1]) << 10;
    }

    /** proc(5): two lines of heads, then {@code eth0: 8 numbers received, 8 sent}. */
    private static Map<String, Network> network(Path file) {
        Map<String, Network> found = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                int colon = line.indexOf(':');
                String name = colon < 0 ? "lo" : line.substring(0, colon).strip();
                if (!name.equals("lo")) {
                    String[] n = line.substring(colon + 1).strip().split(" +");
                    found.put(
                            name,
                            new Network(
                                    at(n, 0), at(n, 1), at(n, 2), at(n, 3), at(n, 8), at(n, 9), at(n, 10), at(n, 11)));
                }
            }
        } catch (IOException e) {
            return Map.of(); // it has ended
        }
        return found;
    }

    private static long at(String[] numbers, int index) {
        return index < numbers.length ? Long.parseLong(numbers[index]) : 0;
    }
}
