package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.DeviceRule;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.DeviceSteps;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.compile.GroupSetting;
import dev.estiba.runtime.compile.LimitFilesV2;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** {@code update} in a version 2 group. 0 means "as it is", as in runc. */
final class UpdateV2 {
    private static final SystemCall PREAD = SystemCall.named("pread64").orElseThrow();
    private static final SystemCall WRITEV = SystemCall.named("writev").orElseThrow();
    private static final int NUMBER = 24;
    private static final int QUOTA_DIGITS = 20;
    private static final int CPU_MAX = 64;

    private final Existing in;
    private final String group;
    private final LimitWriter writer;

    private UpdateV2(Existing in, String group) {
        this.in = in;
        this.group = group;
        this.writer = new LimitWriter(in);
    }

    static Answer answer(Container container, String group, Resources resources, boolean jsonLog)
            throws UsageException {
        Existing in = new Existing(container);
        in.askStatus();
        in.refuse(Status.STOPPED, "container not running");
        in.outer.group("limits");
        boolean kernel = resources.memory().filter(UpdateV2::limitsTheKernel).isPresent();
        if (kernel) {
            Messages.warn(in.plan, in.outer, jsonLog, "Kernel memory settings are ignored and will be removed");
        }
        UpdateV2 update = new UpdateV2(in, group);
        update.write(resources);
        if (!resources.devices().isEmpty()) {
            update.devices(resources.devices(), jsonLog);
        }
        return in.done();
    }

    private static boolean limitsTheKernel(Memory memory) {
        return memory.kernel().orElse(0) != 0 || memory.kernelTcp().orElse(0) != 0;
    }

    private void write(Resources resources) throws UsageException {
        resources
                .memory()
                .filter(each -> each.checkBeforeUpdate().orElse(false))
                .ifPresent(this::checkUsage);
        for (GroupSetting setting : LimitFilesV2.of(resources)) {
            if (setting.file().equals("cpu.max") && resources.cpu().isPresent()) {
                cpuMax(setting, resources.cpu().get());
            } else {
                writer.write(setting);
            }
        }
        writer.undo();
    }

    /** Last, because nothing then is left that could be refused: the program before has gone. */
    private void devices(List<DeviceRule> rules, boolean jsonLog) {
        Script outer = in.outer;
        Label foreign = outer.label();
        Label done = outer.label();
        Register directory = outer.get(
                Calls.OPENAT,
                "open " + group,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(group),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        new DeviceSteps(in.plan, outer, directory, group).replace(rules, foreign);
        outer.jump(done, "the rules are the new ones");
        outer.place(foreign);
        Messages.warn(
                in.plan,
                outer,
                jsonLog,
                "the device rules stay as they are: those of " + group + " are no longer the runtime's own");
        outer.place(done);
    }

    /** A limit below what is used would make the kernel kill: who asks for it is told instead. */
    private void checkUsage(Memory memory) {
        refuseUsed("memory+swap", memory.swap());
        refuseUsed("memory", memory.limit());
    }

    /** Decimal numbers without leading zeros: the longer one is the larger one, and of equal length the text decides. */
    private void refuseUsed(String what, OptionalLong limit) {
        if (limit.orElse(0) <= 0) {
            return;
        }
        Script outer = in.outer;
        OnFailure unknown = OnFailure.tolerate("what is not known refuses nothing");
        String path = group + "/memory.current";
        Register file = outer.get(
                Calls.OPENAT,
                unknown,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Data text = in.plan.space(NUMBER, 8);
        Register length = outer.get(Calls.READ, unknown, "read " + path, file, text, Arg.of(NUMBER));
        String digits = Long.toString(limit.getAsLong());
        Label less = outer.label();
        Label notLess = outer.label();
        outer.jump(less, length, Compare.LESS, Arg.of(digits.length() + 1L), "it has fewer digits");
        outer.jump(notLess, length, Compare.AT_LEAST, Arg.of(digits.length() + 2L), "it has more digits");
        Register digit = in.plan.register();
        for (int i = 0; i < digits.length(); i++) {
            outer.load(digit, new Data(text.offset() + i), 1, "its next digit");
            outer.jump(less, digit, Compare.LESS, Arg.of(digits.charAt(i)), "it is less");
            outer.jump(notLess, digit, Compare.NOT_EQUAL, Arg.of(digits.charAt(i)), "it is more");
        }
        outer.place(notLess);
        outer.fail(Errno.EBUSY, "rejecting " + what + " limit " + digits + " <= usage, which " + path + " tells");
        outer.place(less);
    }

    /** Of quota and period the one that is not named stays as it is. The kernel keeps the period by itself. */
    private void cpuMax(GroupSetting setting, Cpu cpu) throws UsageException {
        boolean quota = cpu.quota().orElse(0) != 0;
        boolean period = cpu.period().orElse(0) != 0;
        if (quota && period) {
            writer.write(setting);
        } else if (quota) {
            writer.write(
                    "cpu",
                    "cpu.max",
                    setting.value().substring(0, setting.value().indexOf(' ')));
        } else {
            keepQuota(Long.toUnsignedString(cpu.period().orElse(0)));
        }
    }

    /** The file's text up to the blank, and the new period behind it, in one write. */
    private void keepQuota(String period) throws UsageException {
        Script outer = in.outer;
        String path = group + "/cpu.max";
        Register file = writer.remembered("cpu", "cpu.max", OnFailure.STOP);
        Data text = in.plan.space(CPU_MAX, 8);
        outer.run(PREAD, "read " + path, file, text, Arg.of(CPU_MAX), Arg.ZERO);
        Register length = in.plan.register();
        Register letter = in.plan.register();
        Label blank = outer.label();
        for (int i = 1; i <= QUOTA_DIGITS; i++) {
            outer.set(length, Arg.of(i + 1L), "how long the quota is, with what follows it");
            outer.load(letter, new Data(text.offset() + i), 1, "whether it ends here");
            outer.jump(blank, letter, Compare.EQUAL, Arg.of(' '), "it does");
        }
        outer.fail(Errno.EPROTO, path + " says no quota and period");
        outer.place(blank);
        byte[] digits = period.getBytes(StandardCharsets.US_ASCII);
        Data parts = in.plan.words(0, 0, 0, digits.length);
        in.plan.pointer(parts, text);
        in.plan.pointer(new Data(parts.offset() + 2 * Long.BYTES), in.plan.bytes(digits, 1));
        outer.store(new Data(parts.offset() + Long.BYTES), Long.BYTES, length, "that long");
        outer.run(WRITEV, "failed to write the period " + period + ": write " + path, file, parts, Arg.of(2));
    }
}
