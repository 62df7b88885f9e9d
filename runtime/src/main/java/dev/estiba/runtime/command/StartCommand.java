package dev.estiba.runtime.command;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.ConfigRules;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.NetDevice;
import dev.estiba.oci.runtime.Root;
import dev.estiba.oci.runtime.Rule;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.oci.runtime.Violation;
import dev.estiba.runtime.compile.Caller;
import dev.estiba.runtime.compile.CgroupLayout;
import dev.estiba.runtime.compile.ContainerCompiler;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.OverlayRoot;
import dev.estiba.runtime.compile.Paths;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.ContainerRecord;
import dev.estiba.runtime.record.RecordWriter;
import dev.estiba.runtime.record.Timestamps;
import dev.estiba.runtime.seccomp.FilterProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code create} and {@code run}. */
final class StartCommand {
    private static final int MAX_ID = 1024;

    /** Of the caller's fourth word ({@code CALLER_*} in native/src/frame.h): descriptors that are terminals. */
    private static final int TERMINALS = 7;

    private static final int IN_USER_NAMESPACE = 1 << 8;
    private static final int WITHOUT_OPEN_TREE = 1 << 9;
    private static final int WITHOUT_MOUNT_SETATTR = 1 << 10;

    /**
     * Of the specification's rules those that runc enforces too. A newer version's configuration is no reason to refuse
     * one, and what the kernel judges better (a limit's order, a score's range) is left to it and its errno.
     */
    private static final Set<Rule> ENFORCED = Set.of(
            Rule.VERSION_FORMAT,
            Rule.PROCESS_ARGS,
            Rule.PROCESS_CWD,
            Rule.RLIMIT_TYPE,
            Rule.RLIMIT_TWICE,
            Rule.HOOK_PATH,
            Rule.ROOTFS_PROPAGATION,
            Rule.NET_DEVICE);

    private StartCommand() {}

    static Answer answer(Request request, CommandLine line, Filters filters, Machine machine, String bootId)
            throws UsageException {
        StartRequest start = start(request, line, Isolation.NAMESPACES, StartRequest.Given.NOTHING, machine);
        return answer(request, start, filters, bootId);
    }

    static StartRequest start(
            Request request, CommandLine line, Isolation isolation, StartRequest.Given given, Machine machine)
            throws UsageException {
        String id = line.arguments().getFirst();
        checkId(id);
        Config config = read(configBytes(request));
        Caller caller = caller(request);
        String bundle =
                Paths.resolve(caller.directory(), request.text(Tag.BUNDLE).orElse("."));
        return new StartRequest(
                id,
                bundle,
                config,
                mode(line),
                line.option("pid-file"),
                line.option("console-socket"),
                line.option("pidfd-socket"),
                line.flag("no-pivot"),
                !line.flag("no-new-keyring"),
                number(line, "preserve-fds"),
                line.flag("keep"),
                !line.flag("no-subreaper"),
                isolation,
                given.with(request.bytes(Tag.OVERLAY).map(OverlayRoot::decode)),
                caller,
                cgroups(request),
                machine);
    }

    static Answer answer(Request request, StartRequest start, Filters filters, String bootId) throws UsageException {
        Map<String, NetDevice> devices =
                start.config().linux().map(Linux::netDevices).orElse(Map.of());
        if (devices.isEmpty()) {
            return compiled(request, start, filters, bootId);
        }
        String failurePrefix = ContainerCompiler.failurePrefix(start.mode());
        return NetDeviceQuestion.ask(
                devices,
                failurePrefix,
                more -> compiled(request, NetDeviceQuestion.answered(start, more), filters, bootId));
    }

    private static Answer compiled(Request request, StartRequest start, Filters filters, String bootId)
            throws UsageException {
        Optional<FilterProgram> filter = start.config()
                .linux()
                .flatMap(linux -> linux.seccomp())
                .map((SeccompSource source) -> filters.of(source));
        byte[] record = RecordWriter.write(record(start, bootId));
        return Answer.of(start.isolation().compile(start, record, configBytes(request), filter));
    }

    private static byte[] configBytes(Request request) throws UsageException {
        return request.bytes(Tag.CONFIG)
                .orElseThrow(() -> new UsageException("JSON specification file config.json not found"));
    }

    /** runc's rule for names: letters, digits and "_+-." */
    static void checkId(String id) throws UsageException {
        if (id.isEmpty()) {
            throw new UsageException("container id cannot be empty");
        }
        boolean plain = id.length() <= MAX_ID && !id.equals(".") && !id.equals("..");
        for (int i = 0; plain && i < id.length(); i++) {
            char c = id.charAt(i);
            plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '+'
                    || c == '-'
                    || c == '.';
        }
        if (!plain) {
            throw new UsageException("invalid container ID format");
        }
    }

    private static Config read(byte[] bytes) throws UsageException {
        try {
            Config config = ConfigReader.read(bytes);
            for (Violation violation : ConfigRules.check(config)) {
                if (ENFORCED.contains(violation.rule())) {
                    throw new UsageException("config.json: " + violation.sentence());
                }
            }
            return config;
        } catch (DocumentException e) {
            throw new UsageException("config.json: " + e.getMessage());
        }
    }

    private static StartRequest.Mode mode(CommandLine line) {
        if (line.command().equals("create")) {
            return StartRequest.Mode.CREATE;
        }
        return line.flag("detach") ? StartRequest.Mode.DETACHED : StartRequest.Mode.FOREGROUND;
    }

    static int number(CommandLine line, String option) throws UsageException {
        Optional<String> text = line.option(option);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= 0 && value <= 100_000) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value \"" + text.get() + "\" for flag -" + option + ": not a number");
        }
        throw new UsageException("invalid value \"" + text.get() + "\" for flag -" + option);
    }

    static Caller caller(Request request) throws UsageException {
        byte[] bytes =
                request.bytes(Tag.CALLER).orElseThrow(() -> new UsageException("the executor did not say who calls"));
        if (bytes.length < 16) {
            throw new UsageException("the executor did not say who calls");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new Caller(
                in.getInt(0) & 0xffffffffL,
                in.getInt(4) & 0xffffffffL,
                in.getInt(8),
                in.getInt(12) & TERMINALS,
                (in.getInt(12) & IN_USER_NAMESPACE) != 0,
                new Caller.Withheld(
                        (in.getInt(12) & WITHOUT_OPEN_TREE) != 0, (in.getInt(12) & WITHOUT_MOUNT_SETATTR) != 0),
                request.text(Tag.CWD).orElse("/"));
    }

    static CgroupLayout cgroups(Request request) {
        byte[] bytes = request.bytes(Tag.CGROUPS).orElse(new byte[0]);
        if (bytes.length < Long.BYTES) {
            return CgroupLayout.NONE;
        }
        long magic = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] names = java.util.Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
        return CgroupLayout.of(
                magic, Request.strings(names), request.text(Tag.OWN_CGROUP).orElse(""));
    }

    private static ContainerRecord record(StartRequest start, String bootId) {
        Config config = start.config();
        return new ContainerRecord(
                start.id(),
                start.bundle(),
                Paths.resolve(start.bundle(), config.root().map(Root::path).orElse("rootfs")),
                Timestamps.now(),
                start.caller().uid(),
                bootId,
                config.linux().stream()
                        .flatMap(linux -> linux.namespaces().stream())
                        .anyMatch(each ->
                                each.type() == Namespace.Type.PID && each.path().isEmpty()),
                config.annotations(),
                ContainerCompiler.cgroupDirectories(start),
                start.cgroups().unified(),
                config.hooks().poststart(),
                config.hooks().poststop());
    }
}
