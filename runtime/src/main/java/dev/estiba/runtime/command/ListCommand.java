package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Config;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Json;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.ContainerRecord;
import dev.estiba.runtime.record.RecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code list}: every container beneath --root, with what the kernel says of it. */
final class ListCommand {
    /** Containers that one plan asks for: far below the executor's bound of 4 MB. */
    private static final int BATCH = 1000;

    private static final List<String> TITLES = List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
    private static final int MIN_WIDTH = 12;
    private static final int GAP = 3;
    private static final int ENTRY = 16;

    private final List<Container> containers = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private final List<Found> found = new ArrayList<>();
    private final Map<Long, String> users;
    private final String format;
    private final boolean quiet;

    private record Found(ContainerRecord record, Status status, int pid) {}

    private ListCommand(Map<Long, String> users, String format, boolean quiet) {
        this.users = users;
        this.format = format;
        this.quiet = quiet;
    }

    static Answer answer(Request request, CommandLine line, String bootId) throws UsageException {
        String format = line.option("format").orElse("table");
        boolean quiet = line.flag("quiet");
        if (!quiet && !format.equals("table") && !format.equals("json")) {
            throw new UsageException("invalid format option");
        }
        Optional<byte[]> states = request.bytes(Tag.STATES);
        if (states.isEmpty() && line.global().containsKey("root")) {
            throw new UsageException("open " + line.global().get("root") + ": no such file or directory");
        }
        ListCommand list = new ListCommand(Users.names(request.bytes(Tag.PASSWD).orElse(new byte[0])), format, quiet);
        list.read(states.orElse(new byte[0]), bootId);
        return list.ask(0);
    }

    /** {@code struct listed} of native/src/gather.c: three lengths, then the parts, all padded to 16 bytes. */
    private void read(byte[] bytes, String bootId) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Optional<Container>> sorted = new TreeMap<>(Comparator.naturalOrder());
        while (in.remaining() >= ENTRY) {
            int nameLength = in.getInt();
            int recordLength = in.getInt();
            int initLength = in.getInt();
            in.getInt();
            String name = new String(part(in, nameLength).orElse(new byte[0]), StandardCharsets.UTF_8);
            Optional<byte[]> record = part(in, recordLength);
            Optional<byte[]> init = part(in, initLength);
            sorted.put(name, container(name, record, init, bootId));
        }
        sorted.forEach((name, container) -> container.ifPresentOrElse(containers::add, () -> broken.add(name)));
    }

    /** A length of -1 says that there is none. A NUL follows each part. */
    private static Optional<byte[]> part(ByteBuffer in, int length) {
        if (length < 0 || length >= in.remaining()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        in.position(Math.min(in.limit(), (in.position() + 1 + 15) & ~15));
        return Optional.of(bytes);
    }

    private static Optional<Container> container(
            String name, Optional<byte[]> record, Optional<byte[]> init, String bootId) {
        if (record.isEmpty()) {
            return Optional.empty();
        }
        try {
            Container container = Container.of(record.get(), init, bootId);
            return container.id().equals(name) ? Optional.of(container) : Optional.empty();
        } catch (RecordException e) {
            return Optional.empty(); // told below, with the others that cannot be loaded
        }
    }

    /** The plan for the containers from {@code from} on; its answer leads to the next, or to the output. */
    private Answer ask(int from) {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER);
        if (quiet || from >= containers.size()) {
            complain(plan, outer);
            Messages.write(plan, outer, quiet ? ids() : format.equals("json") ? json() : table());
            outer.exit(Arg.ZERO, "end");
            return Answer.of(plan.build());
        }
        List<Container> batch = containers.subList(from, Math.min(containers.size(), from + BATCH));
        StatusSteps status = new StatusSteps(plan, outer);
        Data results = plan.space(8 * batch.size(), 8);
        for (int i = 0; i < batch.size(); i++) {
            status.ask(batch.get(i), Reserved.ROOT, batch.get(i).id() + "/" + StatusSteps.GATE);
            outer.store(new Data(results.offset() + 8 * i), 4, status.status(), "keep its status");
            outer.store(new Data(results.offset() + 8 * i + 4), 4, status.pid(), "keep its pid");
            outer.run(
                    Calls.CLOSE,
                    OnFailure.tolerate("it may have none", Errno.EBADF),
                    "close init's descriptor",
                    status.pidfd());
        }
        outer.ask("tell the planner", Arg.of(Tag.PROBE.number()), results, Arg.of(8L * batch.size()));
        outer.goOn("learn what to print");
        return Answer.of(plan.build(), more -> {
            take(batch, more.bytes(Tag.PROBE).orElse(new byte[0]));
            return ask(from + batch.size());
        });
    }

    private void take(List<Container> batch, byte[] results) throws UsageException {
        if (results.length != 8 * batch.size()) {
            throw new UsageException("the executor did not say what it found");
        }
        ByteBuffer in = ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
        for (Container container : batch) {
            found.add(new Found(container.record(), Status.values()[in.getInt() & 3], in.getInt()));
        }
    }

    private void complain(PlanBuilder plan, Script outer) {
        StringBuilder text = new StringBuilder();
        for (String name : broken) {
            text.append("load container ")
                    .append(name)
                    .append(": ")
                    .append(Container.UNKNOWN)
                    .append('\n');
        }
        if (broken.isEmpty()) {
            return;
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        outer.writeAll(Arg.of(2), plan.bytes(bytes, 1), Arg.of(bytes.length), OnFailure.STOP, "write to stderr");
    }

    private String ids() {
        StringBuilder out = new StringBuilder();
        containers.forEach(container -> out.append(container.id()).append('\n'));
        return out.toString();
    }

    private String owner(ContainerRecord record) {
        return users.getOrDefault(record.owner(), "#" + record.owner());
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(TITLES);
        for (Found each : found) {
            ContainerRecord record = each.record();
            rows.add(List.of(
                    record.id(),
                    Integer.toString(each.pid()),
                    each.status().text(),
                    record.bundle(),
                    record.created(),
                    owner(record)));
        }
        int[] widths = new int[TITLES.size()];
        Arrays.fill(widths, MIN_WIDTH);
        rows.forEach(row -> {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length() + GAP);
            }
        });
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() - 1; i++) {
                out.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length()));
            }
            out.append(row.getLast()).append('\n');
        }
        return out.toString();
    }

    private String json() {
        if (found.isEmpty()) {
            return "null\n"; // runc's list of none
        }
        StringBuilder out = new StringBuilder("[");
        for (Found each : found) {
            ContainerRecord record = each.record();
            out.append(out.length() > 1 ? ",{" : "{").append("\"ociVersion\":");
            Json.string(out, Config.SPEC_VERSION);
            out.append(",\"id\":");
            Json.string(out, record.id());
            out.append(",\"pid\":").append(each.pid()).append(",\"status\":");
            Json.string(out, each.status().text());
            out.append(",\"bundle\":");
            Json.string(out, record.bundle());
            out.append(",\"rootfs\":");
            Json.string(out, record.rootfs());
            out.append(",\"created\":");
            Json.string(out, record.created());
            if (!record.annotations().isEmpty()) {
                out.append(",\"annotations\":");
                Json.object(out, record.annotations());
            }
            out.append(",\"owner\":");
            Json.string(out, owner(record));
            out.append('}');
        }
        return out.append("]\n").toString();
    }
}
