package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.planner.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A plan that a person can follow, and the one of Docker's default container. */
final class SamplePlans {
    private SamplePlans() {}

    /** A few steps of most kinds; two actors that meet. */
    static Plan small() {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).onFailure("sample failed", 1);
        outer.group("files");
        Arg.Register file = outer.get(
                call("openat"),
                "open the notes",
                Arg.of(-100),
                plan.string("/tmp/notes"),
                Arg.of(02001101),
                Arg.of(0640));
        Label known = outer.label();
        Arg.Register made = outer.get(
                call("mkdirat"),
                OnFailure.tolerate("somebody may have made it", Errno.EEXIST),
                "make a directory",
                Reserved.ROOT,
                plan.string("state"),
                Arg.of(0711));
        outer.jump(known, made, Compare.LESS, Arg.ZERO, "it was there");
        outer.writeAll(
                file,
                plan.bytes("hello\n".getBytes(StandardCharsets.UTF_8), 1),
                Arg.of(6),
                new OnFailure.Retry(java.util.Set.of(Errno.EAGAIN), 3, 20, true, "it may be full"),
                "write a note");
        outer.place(known);
        outer.group("init");
        Arg.Register pid = outer.start(Actor.INIT, 0x20020000L, Arg.of(-1), "start init");
        outer.await(1, "wait for init");
        outer.exit(outer.wait(pid, "wait for its end"), "end as it did");
        Script init = plan.actor(Actor.INIT).onFailure("sample failed: in init", 1);
        init.group("program").post(1, "tell that init runs");
        init.run(
                call("execve"),
                "exec sh",
                plan.string("/bin/sh"),
                plan.strings(List.of("sh", "-c", "echo \"$SECRET\"")),
                plan.strings(List.of("PATH=/bin", "SECRET=squeamish")));
        plan.actor(Actor.UNDO)
                .group("files")
                .run(call("unlinkat"), "remove the notes", Arg.of(-100), plan.string("/tmp/notes"), Arg.ZERO);
        return plan.build();
    }

    private static SystemCall call(String name) {
        return SystemCall.named(name).orElseThrow();
    }

    /** {@code estiba-oci create} of the container that Docker makes when it is told nothing, on a host with cgroups v1. */
    static Plan docker() {
        Request request = new Request(List.of(
                text(Request.Tag.ARGV, "create\0sample\0"),
                new Request.Buffer(Request.Tag.CALLER, new byte[32]),
                text(Request.Tag.CWD, "/"),
                text(Request.Tag.BUNDLE, "/bundle"),
                new Request.Buffer(Request.Tag.CONFIG, config()),
                text(Request.Tag.CGROUPS, "\0\0\0\0\0\0\0\0dcpu\0dmemory\0dpids\0dfreezer\0ddevices\0"),
                text(Request.Tag.OWN_CGROUP, "5:cpu:/\n4:memory:/\n3:pids:/\n2:freezer:/\n1:devices:/\n0::/\n")));
        return new OciCommand(Machine.X86_64, "test").answer(request).plan();
    }

    private static Request.Buffer text(Request.Tag tag, String text) {
        return new Request.Buffer(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] config() {
        try (InputStream in = OciCommand.class.getResourceAsStream("/dev/estiba/runtime/planner/warm-up.json")) {
            if (in == null) {
                throw new IllegalStateException("the planner has no warm-up.json");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
