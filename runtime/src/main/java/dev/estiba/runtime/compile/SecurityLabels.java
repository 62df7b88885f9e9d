package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * AppArmor's profile and SELinux's labels: of a process from its exec on, of its keys, of the mounts that are made for it.
 *
 * <p>A process says it of itself, by a file of proc(5). All these writes go beneath the descriptor of the host's /proc, which
 * was shown to be one before the container's mounts were made, and no mount is passed on the way: whatever an image or a
 * volume has at /proc, the kernel gets the label and nothing else gets the write (CVE-2019-16884, CVE-2025-52881).
 *
 * <p>What was asked for the next exec survives a fork (security/apparmor/task.c, security/selinux/hooks.c: it is of the
 * credentials). So an exec's joiner asks, while it still has the host's /proc, and its successor is what executes.
 */
final class SecurityLabels {
    private static final long SELINUX_MAGIC = 0xf97cff8cL;
    private static final int STATFS_SIZE = 120;

    private final Assembly in;
    private final Process process;

    SecurityLabels(Assembly in, Process process) {
        this.in = in;
        this.process = process;
    }

    /** Outer, before anything is made: whether the kernel has what is asked for. */
    void askTheKernel() {
        process.apparmorProfile().ifPresent(profile -> appArmor(in.outer.group("labels")));
        if (process.selinuxLabel().isPresent()) {
            seLinux("selinux label is specified in config, but selinux is disabled or not supported");
        } else if (in.linux.mountLabel().isPresent()) {
            seLinux("selinux mount label is specified in config, but selinux is disabled or not supported");
        }
    }

    private void appArmor(Script outer) {
        Data answer = in.plan.space(8, 8);
        Register file = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("its answer is no, then"),
                "ask whether AppArmor is enabled",
                imm(Flags.AT_FDCWD),
                in.string("/sys/module/apparmor/parameters/enabled"),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        outer.run(
                Calls.READ,
                OnFailure.tolerate("its answer is no, then"),
                "ask whether AppArmor is enabled",
                file,
                answer,
                imm(1));
        outer.check(
                outer.load(answer, 1, "the answer"),
                -1,
                Compare.EQUAL,
                imm('Y'),
                Errno.EINVAL,
                "unable to apply apparmor profile: apparmor failed to apply profile: AppArmor is not enabled on this host",
                true);
    }

    private void seLinux(String refusal) {
        Script outer = in.outer.group("labels");
        Data statfs = in.plan.space(STATFS_SIZE, 8);
        Register file = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("its answer is no, then"),
                "ask whether SELinux is enabled",
                imm(Flags.AT_FDCWD),
                in.string("/sys/fs/selinux"),
                imm(in.openDirectory()),
                Arg.ZERO);
        outer.run(
                Calls.FSTATFS,
                OnFailure.tolerate("its answer is no, then"),
                "ask whether SELinux is enabled",
                file,
                statfs);
        outer.check(
                outer.load(statfs, 8, "the answer"),
                -1,
                Compare.EQUAL,
                imm(SELINUX_MAGIC),
                Errno.EINVAL,
                refusal,
                true);
    }

    /** What the process is to be from its exec on. The programs that it executes before that would be it too: there are none. */
    void atExec(Script script) {
        process.apparmorProfile().ifPresent(profile -> {
            script.group("labels");
            String what = "apparmor failed to apply profile " + profile;
            Label open = script.label();
            Register file = open(script, "apparmor/exec", OnFailure.tolerate("before Linux 5.8", Errno.ENOENT), what);
            script.jump(open, file, Compare.AT_LEAST, Arg.ZERO, "this kernel tells AppArmor's files from others");
            script.set(file, open(script, "exec", OnFailure.STOP, what), "the file of whichever module is there");
            script.place(open);
            write(script, file, "exec " + profile, what);
        });
        process.selinuxLabel().ifPresent(label -> {
            script.group("labels");
            String what = "set the SELinux label " + label;
            write(script, open(script, "exec", OnFailure.STOP, what), label, what);
        });
    }

    /** The keyring that is made next has the process's label, so that the process may use it. */
    void keys(Script script) {
        process.selinuxLabel().ifPresent(label -> {
            String what = "set the SELinux label of keys to " + label;
            write(script, open(script, "keycreate", OnFailure.STOP, what), label, what);
        });
    }

    /** Those that the process makes itself get what the policy says. */
    void noKeys(Script script) {
        process.selinuxLabel().ifPresent(label -> {
            String what = "leave the SELinux label of keys to the policy";
            write(script, open(script, "keycreate", OnFailure.STOP, what), "\n", what);
        });
    }

    private Register open(Script script, String attribute, OnFailure onFailure, String what) {
        return script.get(
                Calls.OPENAT2,
                onFailure,
                what,
                in.proc,
                in.string("thread-self/attr/" + attribute),
                in.how(
                        Flags.O_WRONLY | Flags.O_CLOEXEC,
                        0,
                        Flags.RESOLVE_BENEATH | Flags.RESOLVE_NO_XDEV | Flags.RESOLVE_NO_MAGICLINKS),
                imm(Flags.OPEN_HOW_SIZE));
    }

    private void write(Script script, Register file, String text, String what) {
        script.run(Calls.WRITE, what, file, in.string(text), imm(text.getBytes(StandardCharsets.UTF_8).length));
        script.run(Calls.CLOSE, what, file);
    }

    /** A file system's option for the label of everything in it, in front of its other options. */
    static String mountData(Optional<String> label, String type, String data) {
        if (label.isEmpty() || type.equals("proc") || type.equals("sysfs") || type.equals("mqueue")) {
            return data; // the policy labels what the kernel itself makes
        }
        String context = "context=\"" + label.get() + "\"";
        return data.isEmpty() ? context : data + "," + context;
    }

    /** mqueue takes no option: its root is labelled afterwards. */
    static void labelQueues(Assembly in, Register mounted, String target) {
        in.linux
                .mountLabel()
                .ifPresent(label -> in.init.run(
                        Calls.SETXATTR,
                        "label " + target,
                        in.init.descriptorPath(mounted),
                        in.string("security.selinux"),
                        in.string(label),
                        imm(label.getBytes(StandardCharsets.UTF_8).length),
                        Arg.ZERO));
    }
}
