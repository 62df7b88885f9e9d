package dev.estiba.api;

import dev.estiba.api.ContainerStats.Cpu;
import dev.estiba.api.ContainerStats.Network;
import dev.estiba.api.ContainerStats.Sample;
import dev.estiba.api.ContainerStats.Transfer;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainerStats}. */
final class ContainerStatsJson {
    private static final FieldNames NAMES = FieldNames.of(
            "Stats",
            "id",
            "name",
            "read",
            "preread",
            "pids_stats",
            "blkio_stats",
            "cpu_stats",
            "precpu_stats",
            "memory_stats",
            "networks");
    private static final FieldNames CPU =
            FieldNames.of("CPUStats", "cpu_usage", "system_cpu_usage", "online_cpus", "throttling_data");
    private static final FieldNames USAGE =
            FieldNames.of("CPUUsage", "total_usage", "percpu_usage", "usage_in_kernelmode", "usage_in_usermode");
    private static final FieldNames THROTTLING =
            FieldNames.of("ThrottlingData", "periods", "throttled_periods", "throttled_time");
    private static final FieldNames MEMORY =
            FieldNames.of("MemoryStats", "usage", "max_usage", "stats", "failcnt", "limit");
    private static final FieldNames PIDS = FieldNames.of("PidsStats", "current", "limit");
    private static final FieldNames BLOCK =
            FieldNames.of("BlkioStats", "io_service_bytes_recursive", "io_serviced_recursive");
    private static final FieldNames TRANSFER = FieldNames.of("BlkioStatEntry", "major", "minor", "op", "value");
    private static final FieldNames NETWORK = FieldNames.of(
            "NetworkStats",
            "rx_bytes",
            "rx_packets",
            "rx_errors",
            "rx_dropped",
            "tx_bytes",
            "tx_packets",
            "tx_errors",
            "tx_dropped");

    private ContainerStatsJson() {}

    /** Collects what stands in several places of the document. */
    private static final class Draft {
        private Cpu cpu = Cpu.NOTHING;
        private long systemCpu;
        private int online;
        private String read = "";
        private long usage;
        private long peak;
        private long failures;
        private long limit;
        private Map<String, Long> memory = Map.of();
        private long pids;
        private long pidsLimit;
        private List<Transfer> bytes = List.of();
        private List<Transfer> operations = List.of();
        private Map<String, Network> network = Map.of();

        private Sample sample() {
            return new Sample(
                    read,
                    cpu,
                    systemCpu,
                    usage,
                    peak,
                    failures,
                    limit,
                    memory,
                    pids,
                    pidsLimit,
                    bytes,
                    operations,
                    network);
        }
    }

    static ContainerStats read(Cursor in) throws ApiException {
        String id = "";
        String name = "";
        Draft now = new Draft();
        Draft before = new Draft();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "id" -> id = in.text();
                case "name" -> name = in.text();
                case "read" -> now.read = in.text();
                case "preread" -> before.read = in.text();
                case "cpu_stats" -> cpu(in, now);
                case "precpu_stats" -> cpu(in, before);
                case "memory_stats" -> memory(in, now);
                case "pids_stats" -> pids(in, now);
                case "blkio_stats" -> block(in, now);
                case "networks" -> now.network = in.map(ContainerStatsJson::network);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ContainerStats(id, name, now.sample(), before.sample(), now.online);
    }

    private static void cpu(Cursor in, Draft draft) throws ApiException {
        Cpu usage = Cpu.NOTHING;
        Cpu throttled = Cpu.NOTHING;
        FieldNames outer = in.object(CPU);
        for (String field = in.nextField(CPU); field != null; field = in.nextField(CPU)) {
            switch (field) {
                case "cpu_usage" -> usage = usage(in);
                case "system_cpu_usage" -> draft.systemCpu = in.int64();
                case "online_cpus" -> draft.online = in.int32();
                case "throttling_data" -> throttled = throttled(in);
                default -> in.skip();
            }
        }
        in.leave(outer);
        draft.cpu = new Cpu(
                usage.total(),
                usage.kernel(),
                usage.user(),
                usage.perProcessor(),
                throttled.periods(),
                throttled.throttledPeriods(),
                throttled.throttledTime());
    }

    private static Cpu usage(Cursor in) throws ApiException {
        long total = 0;
        long kernel = 0;
        long user = 0;
        List<Long> each = List.of();
        FieldNames outer = in.object(USAGE);
        for (String field = in.nextField(USAGE); field != null; field = in.nextField(USAGE)) {
            switch (field) {
                case "total_usage" -> total = in.int64();
                case "usage_in_kernelmode" -> kernel = in.int64();
                case "usage_in_usermode" -> user = in.int64();
                case "percpu_usage" -> each = in.list(Cursor::int64);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Cpu(total, kernel, user, each, 0, 0, 0);
    }

    private static Cpu throttled(Cursor in) throws ApiException {
        long periods = 0;
        long throttled = 0;
        long time = 0;
        FieldNames outer = in.object(THROTTLING);
        for (String field = in.nextField(THROTTLING); field != null; field = in.nextField(THROTTLING)) {
            switch (field) {
                case "periods" -> periods = in.int64();
                case "throttled_periods" -> throttled = in.int64();
                case "throttled_time" -> time = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Cpu(0, 0, 0, List.of(), periods, throttled, time);
    }

    private static void memory(Cursor in, Draft draft) throws ApiException {
        FieldNames outer = in.object(MEMORY);
        for (String field = in.nextField(MEMORY); field != null; field = in.nextField(MEMORY)) {
            switch (field) {
                case "usage" -> draft.usage = in.int64();
                case "max_usage" -> draft.peak = in.int64();
                case "failcnt" -> draft.failures = in.int64();
                case "limit" -> draft.limit = in.int64();
                case "stats" -> draft.memory = in.map(Cursor::int64);
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    private static void pids(Cursor in, Draft draft) throws ApiException {
        FieldNames outer = in.object(PIDS);
        for (String field = in.nextField(PIDS); field != null; field = in.nextField(PIDS)) {
            switch (field) {
                case "current" -> draft.pids = in.int64();
                case "limit" -> draft.pidsLimit = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    private static void block(Cursor in, Draft draft) throws ApiException {
        FieldNames outer = in.object(BLOCK);
        for (String field = in.nextField(BLOCK); field != null; field = in.nextField(BLOCK)) {
            switch (field) {
                case "io_service_bytes_recursive" -> draft.bytes = in.list(ContainerStatsJson::transfer);
                case "io_serviced_recursive" -> draft.operations = in.list(ContainerStatsJson::transfer);
                default -> in.skip();
            }
        }
        in.leave(outer);
    }

    private static Transfer transfer(Cursor in) throws ApiException {
        int major = 0;
        int minor = 0;
        String operation = "";
        long value = 0;
        FieldNames outer = in.object(TRANSFER);
        for (String field = in.nextField(TRANSFER); field != null; field = in.nextField(TRANSFER)) {
            switch (field) {
                case "major" -> major = in.int32();
                case "minor" -> minor = in.int32();
                case "op" -> operation = in.text();
                case "value" -> value = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Transfer(major, minor, operation, value);
    }

    private static Network network(Cursor in) throws ApiException {
        long[] counted = new long[8];
        FieldNames outer = in.object(NETWORK);
        for (String field = in.nextField(NETWORK); field != null; field = in.nextField(NETWORK)) {
            switch (field) {
                case "rx_bytes" -> counted[0] = in.int64();
                case "rx_packets" -> counted[1] = in.int64();
                case "rx_errors" -> counted[2] = in.int64();
                case "rx_dropped" -> counted[3] = in.int64();
                case "tx_bytes" -> counted[4] = in.int64();
                case "tx_packets" -> counted[5] = in.int64();
                case "tx_errors" -> counted[6] = in.int64();
                case "tx_dropped" -> counted[7] = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Network(
                counted[0], counted[1], counted[2], counted[3], counted[4], counted[5], counted[6], counted[7]);
    }

    static void write(JsonGenerator out, ContainerStats value) {
        Sample now = value.now();
        out.writeStartObject();
        out.writeStringProperty("name", "/" + value.name());
        out.writeStringProperty("id", value.id());
        out.writeStringProperty("read", now.read());
        out.writeStringProperty("preread", value.before().read());
        out.writeObjectPropertyStart("pids_stats");
        Output.nonZero(out, "current", now.pids());
        Output.nonZero(out, "limit", now.pidsLimit());
        out.writeEndObject();
        write(out, now.blockBytes(), now.blockOperations());
        out.writeNumberProperty("num_procs", 0);
        out.writeObjectPropertyStart("storage_stats");
        out.writeEndObject();
        write(out, "cpu_stats", now, value.processorsOnline());
        write(out, "precpu_stats", value.before(), value.before().systemCpu() == 0 ? 0 : value.processorsOnline());
        writeMemory(out, now);
        if (!now.network().isEmpty()) {
            out.writeObjectPropertyStart("networks");
            now.network().forEach((name, network) -> write(out, name, network));
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, Sample sample, int online) {
        Cpu cpu = sample.cpu();
        out.writeObjectPropertyStart(name);
        out.writeObjectPropertyStart("cpu_usage");
        out.writeNumberProperty("total_usage", cpu.total());
        if (!cpu.perProcessor().isEmpty()) {
            out.writeArrayPropertyStart("percpu_usage");
            cpu.perProcessor().forEach(out::writeNumber);
            out.writeEndArray();
        }
        out.writeNumberProperty("usage_in_kernelmode", cpu.kernel());
        out.writeNumberProperty("usage_in_usermode", cpu.user());
        out.writeEndObject();
        Output.nonZero(out, "system_cpu_usage", sample.systemCpu());
        Output.nonZero(out, "online_cpus", online);
        out.writeObjectPropertyStart("throttling_data");
        out.writeNumberProperty("periods", cpu.periods());
        out.writeNumberProperty("throttled_periods", cpu.throttledPeriods());
        out.writeNumberProperty("throttled_time", cpu.throttledTime());
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void writeMemory(JsonGenerator out, Sample sample) {
        out.writeObjectPropertyStart("memory_stats");
        Output.nonZero(out, "usage", sample.memoryUsage());
        Output.nonZero(out, "max_usage", sample.memoryPeak());
        if (!sample.memory().isEmpty()) {
            out.writeObjectPropertyStart("stats");
            sample.memory().forEach(out::writeNumberProperty);
            out.writeEndObject();
        }
        Output.nonZero(out, "failcnt", sample.memoryFailures());
        Output.nonZero(out, "limit", sample.memoryLimit());
        out.writeEndObject();
    }

    /** What the kernel does not count any more is null, as dockerd says it. */
    private static void write(JsonGenerator out, List<Transfer> bytes, List<Transfer> operations) {
        out.writeObjectPropertyStart("blkio_stats");
        write(out, "io_service_bytes_recursive", bytes);
        write(out, "io_serviced_recursive", operations);
        for (String name : List.of(
                "io_queue_recursive",
                "io_service_time_recursive",
                "io_wait_time_recursive",
                "io_merged_recursive",
                "io_time_recursive",
                "sectors_recursive")) {
            out.writeNullProperty(name);
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, List<Transfer> transfers) {
        if (transfers.isEmpty()) {
            out.writeNullProperty(name);
            return;
        }
        out.writeArrayPropertyStart(name);
        for (Transfer each : transfers) {
            out.writeStartObject();
            out.writeNumberProperty("major", each.major());
            out.writeNumberProperty("minor", each.minor());
            out.writeStringProperty("op", each.operation());
            out.writeNumberProperty("value", each.value());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, String name, Network network) {
        out.writeObjectPropertyStart(name);
        out.writeNumberProperty("rx_bytes", network.receivedBytes());
        out.writeNumberProperty("rx_packets", network.receivedPackets());
        out.writeNumberProperty("rx_errors", network.receivedErrors());
        out.writeNumberProperty("rx_dropped", network.receivedDropped());
        out.writeNumberProperty("tx_bytes", network.sentBytes());
        out.writeNumberProperty("tx_packets", network.sentPackets());
        out.writeNumberProperty("tx_errors", network.sentErrors());
        out.writeNumberProperty("tx_dropped", network.sentDropped());
        out.writeEndObject();
    }
}
