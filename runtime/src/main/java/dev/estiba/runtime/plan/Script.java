package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One actor's steps under construction. Methods append a step each, in the order in which it is walked; a sentence says
 * what the step does in words that also read well in front of an error ("mount proc on /proc: operation not permitted").
 */
public final class Script {
    private final PlanBuilder plan;
    private final List<Step> steps = new ArrayList<>(256);
    private String group = "";
    private String prefix = "";
    private int exitStatus = 1;

    Script(PlanBuilder plan) {
        this.plan = plan;
    }

    /** The heading of the steps that follow. */
    public Script group(String title) {
        group = title;
        return this;
    }

    /** What precedes the sentence when a step of this actor fails, and the status its process then ends with. */
    public Script onFailure(String failurePrefix, int status) {
        prefix = failurePrefix;
        exitStatus = status;
        return this;
    }

    /** A system call whose result nobody needs. */
    public void run(SystemCall call, OnFailure onFailure, String sentence, Arg... args) {
        add(Op.CALL, Optional.of(call), 0, Step.NO_RESULT, onFailure, sentence, false, List.of(args));
    }

    public void run(SystemCall call, String sentence, Arg... args) {
        run(call, OnFailure.STOP, sentence, args);
    }

    /** A system call whose result later steps use. */
    public Register get(SystemCall call, OnFailure onFailure, String sentence, Arg... args) {
        Register result = plan.register();
        get(result, call, onFailure, sentence, args);
        return result;
    }

    public Register get(SystemCall call, String sentence, Arg... args) {
        return get(call, OnFailure.STOP, sentence, args);
    }

    /** As {@code get}, into a register that exists: two ways to the same result. */
    public void get(Register result, SystemCall call, OnFailure onFailure, String sentence, Arg... args) {
        add(Op.CALL, Optional.of(call), 0, result.index(), onFailure, sentence, false, List.of(args));
    }

    public void set(Register result, Arg value, String sentence) {
        add(Op.SET, Optional.empty(), 0, result.index(), OnFailure.STOP, sentence, false, List.of(value));
    }

    /** The bits of {@code value} that {@code mask} has. */
    public void mask(Register result, Arg value, long mask, String sentence) {
        add(Op.SET, Optional.empty(), 0, result.index(), OnFailure.STOP, sentence, false, List.of(value, Arg.of(mask)));
    }

    /** The bits that either has. */
    public void or(Register result, Arg one, Arg other, String sentence) {
        List<Arg> args = List.of(one, other);
        add(Op.SET, Optional.empty(), 1, result.index(), OnFailure.STOP, sentence, false, args);
    }

    /** Loads {@code width} (1, 2, 4 or 8) bytes as an unsigned number. */
    public Register load(Data from, int width, String sentence) {
        Register result = plan.register();
        load(result, from, width, sentence);
        return result;
    }

    public void load(Register result, Data from, int width, String sentence) {
        add(Op.LOAD, Optional.empty(), width, result.index(), OnFailure.STOP, sentence, false, List.of(from));
    }

    public void store(Data to, int width, Arg value, String sentence) {
        add(Op.STORE, Optional.empty(), width, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(to, value));
    }

    /** Fails with {@code error} unless {@code value & mask} compares with {@code expected}. */
    public void check(Arg value, long mask, Compare how, Arg expected, Errno error, String sentence, boolean whole) {
        add(
                Op.CHECK,
                Optional.empty(),
                how.ordinal(),
                Step.NO_RESULT,
                OnFailure.STOP,
                sentence,
                whole,
                List.of(value, Arg.of(mask), expected, Arg.of(error.number())));
    }

    public Label label() {
        return new Label();
    }

    /** The next step appended is where jumps to {@code label} go. */
    public void place(Label label) {
        if (label.step != Label.UNPLACED) {
            throw new IllegalStateException("a label is placed once");
        }
        label.step = steps.size();
    }

    public void jump(Label label, Arg value, Compare how, Arg expected, String sentence) {
        if (label.step != Label.UNPLACED) {
            throw new IllegalStateException("jumps go forward: a plan always ends");
        }
        steps.add(new Step(
                Op.JUMP,
                Optional.empty(),
                how.ordinal(),
                List.of(Arg.ZERO, value, expected),
                Step.NO_RESULT,
                Optional.of(label),
                OnFailure.STOP,
                sentence,
                false,
                group));
    }

    public void jump(Label label, String sentence) {
        jump(label, Arg.ZERO, Compare.ALWAYS, Arg.ZERO, sentence);
    }

    /** Ends the walk with {@code sentence} as the whole failure. */
    public void fail(Errno error, String sentence) {
        add(
                Op.FAIL,
                Optional.empty(),
                0,
                Step.NO_RESULT,
                OnFailure.STOP,
                sentence,
                true,
                List.of(Arg.of(error.number())));
    }

    /** The bytes' address in the result, their length in the register after it. */
    public Register readAll(Arg descriptor, long cap, OnFailure onFailure, String sentence) {
        Register result = plan.registers(2);
        add(
                Op.READ_ALL,
                Optional.empty(),
                0,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(descriptor, Arg.of(cap)));
        return result;
    }

    public void writeAll(Arg descriptor, Arg bytes, Arg length, OnFailure onFailure, String sentence) {
        add(
                Op.WRITE_ALL,
                Optional.empty(),
                0,
                Step.NO_RESULT,
                onFailure,
                sentence,
                false,
                List.of(descriptor, bytes, length));
    }

    /** A number's digits from {@code to} on, a NUL after them; at most {@code width} bytes with it. */
    public void format(Data to, int width, Arg value, String sentence) {
        add(
                Op.FORMAT,
                Optional.empty(),
                0,
                Step.NO_RESULT,
                OnFailure.STOP,
                sentence,
                false,
                List.of(to, Arg.of(width), value));
    }

    /** As {@link #format}; the result is the number of digits. */
    public Register formatted(Data to, int width, Arg value, String sentence) {
        Register result = plan.register();
        add(
                Op.FORMAT,
                Optional.empty(),
                0,
                result.index(),
                OnFailure.STOP,
                sentence,
                false,
                List.of(to, Arg.of(width), value));
        return result;
    }

    /** A number's digits at the right end of {@code width} bytes, blanks before them. */
    public void formatField(Data to, int width, Arg value, String sentence) {
        add(
                Op.FORMAT,
                Optional.empty(),
                1,
                Step.NO_RESULT,
                OnFailure.STOP,
                sentence,
                false,
                List.of(to, Arg.of(width), value));
    }

    /** The text {@code /proc/self/fd/N}: how an old system call is given a descriptor (proc(5)). */
    public Data descriptorPath(Arg descriptor) {
        Data to = plan.space(32, 1);
        add(
                Op.FORMAT,
                Optional.empty(),
                2,
                Step.NO_RESULT,
                OnFailure.STOP,
                "name the descriptor for the kernel",
                false,
                List.of(to, Arg.of(32), descriptor));
        return to;
    }

    public enum Place {
        DIRECTORY,
        FILE,
        EXISTING
    }

    /** The descriptor (O_PATH) of {@code path} beneath {@code root}, made with {@code mode} where it is missing. */
    public Register place(Arg root, String path, int mode, Place kind, OnFailure onFailure, String sentence) {
        Register result = plan.register();
        add(
                Op.MKDIRS,
                Optional.empty(),
                0,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(root, plan.string(path), Arg.of(mode), Arg.of(kind.ordinal())));
        return result;
    }

    /** As {@link #place}, where what is missing is made a directory if {@code model} is one, else a file. */
    public Register placeLike(Arg root, String path, int mode, Arg model, OnFailure onFailure, String sentence) {
        Register result = plan.register();
        add(
                Op.MKDIRS,
                Optional.empty(),
                1,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(root, plan.string(path), Arg.of(mode), model));
        return result;
    }

    public void copyTree(Arg from, Arg to, String sentence) {
        add(Op.COPY_TREE, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(from, to));
    }

    /** Removes the directory {@code name} in {@code parent} with all that is in it; nothing when it is not there. */
    public void removeTree(Arg parent, String name, String sentence) {
        List<Arg> args = List.of(parent, plan.string(name));
        add(Op.COPY_TREE, Optional.empty(), 1, Step.NO_RESULT, OnFailure.STOP, sentence, false, args);
    }

    /** A program with {@code stdin}'s bytes; a status other than 0, or the deadline (−1: none), fails the step. The answer: 0 or an errno. */
    public Register spawn(
            String path,
            List<String> argv,
            List<String> env,
            Arg stdin,
            Arg length,
            long deadlineMillis,
            OnFailure onFailure,
            String sentence) {
        return spawn(path, plan.strings(argv), plan.strings(env), stdin, length, deadlineMillis, onFailure, sentence);
    }

    /** The same with arrays of addresses ({@link PlanBuilder#addresses}) of words and variables. */
    public Register spawn(
            String path,
            Data argv,
            Data env,
            Arg stdin,
            Arg length,
            long deadlineMillis,
            OnFailure onFailure,
            String sentence) {
        Register result = plan.register();
        add(
                Op.SPAWN,
                Optional.empty(),
                0,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(plan.string(path), argv, env, stdin, length, Arg.of(deadlineMillis)));
        return result;
    }

    public void sendDescriptor(Arg socket, Arg descriptor, Data bytes, int length, String sentence) {
        add(
                Op.SEND_FD,
                Optional.empty(),
                0,
                Step.NO_RESULT,
                OnFailure.STOP,
                sentence,
                false,
                List.of(socket, descriptor, bytes, Arg.of(length)));
    }

    public Register receiveDescriptor(Arg socket, String sentence) {
        Register result = plan.register();
        add(Op.RECV_FD, Optional.empty(), 0, result.index(), OnFailure.STOP, sentence, false, List.of(socket));
        return result;
    }

    /** Signals (0: only counts) the processes of a cgroup and its descendants; with {@code untilEmpty} EBUSY while there are any. */
    public Register signalGroup(Arg directory, int signal, boolean untilEmpty, OnFailure onFailure, String sentence) {
        Register result = plan.register();
        add(
                Op.PIDS,
                Optional.empty(),
                0,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(directory, Arg.of(signal), Arg.of(untilEmpty ? 1 : 0)));
        return result;
    }

    /** Removes the cgroup {@code path} beneath {@code directory}, and the ones in it. */
    public void removeGroup(Arg directory, String path, OnFailure onFailure, String sentence) {
        add(
                Op.PIDS,
                Optional.empty(),
                1,
                Step.NO_RESULT,
                onFailure,
                sentence,
                false,
                List.of(directory, plan.string(path), Arg.ZERO));
    }

    /** Puts the texts of all cgroup.procs in a cgroup and beneath it aside for the next {@link #ask}, under {@code tag}. */
    public void collectPids(Arg directory, int tag, OnFailure onFailure, String sentence) {
        add(
                Op.PIDS,
                Optional.empty(),
                2,
                Step.NO_RESULT,
                onFailure,
                sentence,
                false,
                List.of(directory, Arg.of(tag), Arg.ZERO));
    }

    public void post(int token, String sentence) {
        post(Arg.of(token), sentence);
    }

    /** A token that is a number to tell, not 0. */
    public void post(Arg token, String sentence) {
        add(Op.POST, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(token));
    }

    /** Waits for the other actor's next token, whatever it is; that is the result. */
    public Register awaitAny(String sentence) {
        Register result = plan.register();
        add(Op.AWAIT, Optional.empty(), 1, result.index(), OnFailure.STOP, sentence, false, List.of(Arg.ZERO));
        return result;
    }

    public void await(int token, String sentence) {
        add(Op.AWAIT, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(Arg.of(token)));
    }

    /** The end of the other actor's socket: its exec has succeeded. */
    public void awaitExec(String sentence) {
        await(0, sentence);
    }

    /** The new process's pid, and in the next register its pidfd. */
    public Register start(Actor actor, long cloneFlags, Arg cgroup, String sentence) {
        Register result = plan.registers(2);
        start(result, actor, cloneFlags, cgroup, OnFailure.STOP, sentence);
        return result;
    }

    /** The same into these two registers. */
    public void start(Register result, Actor actor, long cloneFlags, Arg cgroup, OnFailure onFailure, String sentence) {
        add(
                Op.ACTOR,
                Optional.empty(),
                0,
                result.index(),
                onFailure,
                sentence,
                false,
                List.of(Arg.of(actor.ordinal()), Arg.of(cloneFlags), cgroup));
    }

    /**
     * Starts the actor that takes this one's place: it is the outer actor's child, has the socket to it as descriptor
     * {@code place} and no descriptor above, or with -1 all that this one has. Its pid.
     */
    public Register succeed(Actor actor, long cloneFlags, int place, String sentence) {
        Register result = plan.register();
        add(
                Op.ACTOR,
                Optional.empty(),
                1,
                result.index(),
                OnFailure.STOP,
                sentence,
                false,
                List.of(Arg.of(actor.ordinal()), Arg.of(cloneFlags), Arg.of(place)));
        return result;
    }

    /** As {@link #wait(Register, String)}, for a process whose pid and pidfd are in unrelated registers. */
    public Register wait(Arg pid, Arg pidfd, String sentence) {
        Register result = plan.register();
        add(Op.WAIT, Optional.empty(), 0, result.index(), OnFailure.STOP, sentence, false, List.of(pid, pidfd));
        return result;
    }

    public Register relay(Arg pid, Arg pidfd, Arg master, String sentence) {
        Register result = plan.register();
        add(
                Op.RELAY,
                Optional.empty(),
                0,
                result.index(),
                OnFailure.STOP,
                sentence,
                false,
                List.of(pid, pidfd, master));
        return result;
    }

    public Register wait(Register pid, String sentence) {
        Register result = plan.register();
        add(Op.WAIT, Optional.empty(), 0, result.index(), OnFailure.STOP, sentence, false, List.of(pid, pid.next()));
        return result;
    }

    /** As {@link #wait}, while bytes go between the terminal {@code master} and descriptors 0 and 1. */
    public Register relay(Register pid, Arg master, String sentence) {
        Register result = plan.register();
        add(
                Op.RELAY,
                Optional.empty(),
                0,
                result.index(),
                OnFailure.STOP,
                sentence,
                false,
                List.of(pid, pid.next(), master));
        return result;
    }

    /** Named bytes for the planner, which goes to work on them. */
    public void ask(String sentence, Arg... tagAddressLength) {
        add(Op.ASK, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(tagAddressLength));
    }

    /** As {@link #ask}, but kept until the next one, which sends all. A length below 0 stands for no buffer. */
    public void collect(String sentence, Arg... tagAddressLength) {
        add(Op.ASK, Optional.empty(), 1, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(tagAddressLength));
    }

    /** What follows comes from the planner's answer; nothing after this step is walked. */
    public void goOn(String sentence) {
        add(Op.GO_ON, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of());
    }

    public Register startTime(Arg pid, OnFailure onFailure, String sentence) {
        Register result = plan.register();
        startTime(result, pid, onFailure, sentence);
        return result;
    }

    public void startTime(Register result, Arg pid, OnFailure onFailure, String sentence) {
        add(Op.START_TIME, Optional.empty(), 0, result.index(), onFailure, sentence, false, List.of(pid));
    }

    public void exit(Arg status, String sentence) {
        add(Op.EXIT, Optional.empty(), 0, Step.NO_RESULT, OnFailure.STOP, sentence, false, List.of(status));
    }

    private void add(
            Op op,
            Optional<SystemCall> call,
            int number,
            int result,
            OnFailure onFailure,
            String sentence,
            boolean whole,
            List<Arg> args) {
        steps.add(new Step(op, call, number, args, result, Optional.empty(), onFailure, sentence, whole, group));
    }

    Plan.Part finish() {
        return new Plan.Part(List.copyOf(steps), prefix, exitStatus);
    }
}
