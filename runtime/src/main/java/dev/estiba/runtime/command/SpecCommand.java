package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.runtime.compile.Caller;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;

/** {@code spec}: a config.json to start from. */
final class SpecCommand {
    private static final String FILE = "config.json";
    private static final int MODE = 0666;

    private SpecCommand() {}

    static Answer answer(CommandLine line, Caller caller, Machine machine) {
        Config config =
                line.flag("rootless") ? StarterConfig.rootless(caller.uid(), caller.gid()) : StarterConfig.root();
        byte[] bytes = ConfigWriter.write(config, Layout.TABS);
        String bundle = line.option("bundle").filter(path -> !path.isEmpty()).orElse(".");
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).group("bundle");
        Script undo = plan.actor(Actor.UNDO);
        Register directory = outer.get(
                Calls.OPENAT,
                "chdir " + bundle,
                Arg.of(Flags.AT_FDCWD),
                plan.string(bundle),
                Arg.of(Flags.O_PATH | Flags.O_CLOEXEC | machine.directory()),
                Arg.ZERO);
        Register file = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("the next step says so in other words", Errno.EEXIST),
                "create " + FILE,
                directory,
                plan.string(FILE),
                Arg.of(Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | Flags.O_CLOEXEC),
                Arg.of(MODE & ~caller.umask()));
        outer.check(
                file, -1, Compare.AT_LEAST, Arg.ZERO, Errno.EEXIST, "File " + FILE + " exists. Remove it first", true);
        outer.writeAll(file, plan.bytes(bytes, 1), Arg.of(bytes.length), OnFailure.STOP, "write " + FILE);
        outer.exit(Arg.ZERO, "end");
        Label notMade = undo.label();
        undo.jump(notMade, file, Compare.LESS, Arg.ZERO, "it was not made here");
        undo.run(Calls.UNLINKAT, "remove what was written", directory, plan.string(FILE), Arg.ZERO);
        undo.place(notMade);
        return Answer.of(plan.build());
    }
}
