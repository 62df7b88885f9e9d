package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code ps}: the host's {@code ps}, of whose lines those of the container's processes are kept, as runc does it. */
final class PsCommand {
    private static final long OUTPUT_CAP = 4 << 20;
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private PsCommand() {}

    static Answer answer(Request request, Container container, CommandLine line) throws UsageException {
        String format = line.option("format").orElse("table");
        if (!format.equals("table") && !format.equals("json")) {
            throw new UsageException("invalid format option");
        }
        Existing in = new Existing(container);
        Optional<String> group = container.anyCgroup();
        if (group.isPresent()) {
            Register directory = Groups.open(in, group.get());
            Label gone = in.outer.label();
            in.outer.jump(gone, directory, Compare.LESS, Arg.ZERO, "the group is gone");
            in.outer.collectPids(directory, Tag.PIDS.number(), OnFailure.STOP, "list the processes of " + group.get());
            in.outer.place(gone);
        }
        if (format.equals("json")) {
            in.outer.ask("tell the planner", Arg.of(Tag.PROBE.number()), in.plan.words(0), Arg.of(Long.BYTES));
            in.outer.goOn("learn what to print");
            return Answer.of(in.plan.build(), more -> Messages.print(json(pids(more))));
        }
        List<String> words = line.arguments().subList(1, line.arguments().size());
        runPs(in, request, words.isEmpty() ? List.of("-ef") : words);
        return Answer.of(in.plan.build(), more -> Messages.print(table(more)));
    }

    /** The child is the one that the plan calls init; its output, errors included, goes to the planner. */
    private static void runPs(Existing in, Request request, List<String> words) {
        Script outer = in.outer.group("ps");
        Data ends = in.plan.space(8, 8);
        outer.run(Calls.PIPE2, "make a pipe", ends, Arg.of(Flags.O_CLOEXEC));
        Register read = outer.load(ends, 4, "its end to read from");
        Register write = outer.load(new Data(ends.offset() + 4), 4, "its end to write to");
        Register pid = outer.start(Actor.INIT, 0, Arg.of(-1), "start ps");
        outer.run(Calls.CLOSE, "leave the pipe's other end to ps", write);
        outer.awaitExec("execute ps");
        Register output = outer.readAll(read, OUTPUT_CAP, OnFailure.STOP, "read the output of ps");
        Register status = outer.wait(pid, "wait for ps");
        Data told = in.plan.space(8, 8);
        outer.store(told, 4, status, "its status");
        outer.ask(
                "tell the planner",
                Arg.of(Tag.OUTPUT.number()),
                output,
                output.next(),
                Arg.of(Tag.PROBE.number()),
                told,
                Arg.of(Long.BYTES));
        outer.goOn("learn what to print");
        child(in, request, words, write);
    }

    private static void child(Existing in, Request request, List<String> words, Register write) {
        Script child = in.plan.actor(Actor.INIT).group("ps");
        List<String> environment = request.strings(Tag.ENVIRONMENT).stream()
                .filter(variable -> variable.startsWith("PATH="))
                .toList();
        String path =
                environment.isEmpty() ? DEFAULT_PATH : environment.getFirst().substring("PATH=".length());
        List<String> argv = new ArrayList<>(List.of("ps"));
        argv.addAll(words);
        Data arguments = in.plan.strings(argv);
        Data variables = in.plan.strings(environment);
        for (int descriptor = 1; descriptor <= 2; descriptor++) {
            child.run(Calls.DUP3, "write to the pipe", write, Arg.of(descriptor), Arg.ZERO);
        }
        child.run(
                Calls.CLOSE_RANGE,
                "keep the caller's descriptors from ps",
                Arg.of(3),
                Arg.of(0xffffffffL),
                Arg.of(4 /* CLOSE_RANGE_CLOEXEC */));
        for (String directory : path.split(":")) {
            if (directory.startsWith("/")) {
                child.run(
                        Calls.EXECVE,
                        OnFailure.tolerate(
                                "it is looked for in all of PATH", Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES),
                        "execute " + directory + "/ps",
                        in.plan.string(directory + "/ps"),
                        arguments,
                        variables);
            }
        }
        child.fail(Errno.ENOENT, "exec: \"ps\": executable file not found in $PATH");
    }

    static Set<Integer> pids(Request more) {
        Set<Integer> pids = new LinkedHashSet<>();
        for (Buffer buffer : more.buffers()) {
            if (buffer.tag() == Tag.PIDS) {
                new String(buffer.bytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> line.matches("[1-9]\\d{0,8}"))
                        .forEach(line -> pids.add(Integer.parseInt(line)));
            }
        }
        return pids;
    }

    static String json(Set<Integer> pids) {
        return pids.isEmpty() ? "null\n" : pids.toString().replace(" ", "") + "\n";
    }

    private static String table(Request more) throws UsageException {
        String output = new String(more.bytes(Tag.OUTPUT).orElse(new byte[0]), StandardCharsets.UTF_8);
        byte[] told = more.bytes(Tag.PROBE).orElse(new byte[0]);
        int status = told.length < 4
                ? -1
                : ByteBuffer.wrap(told).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (status != 0) {
            throw new UsageException("exit status " + status + ": " + output);
        }
        return filter(output, pids(more));
    }

    /** @throws UsageException when the output has no column of pids, or something else is in it */
    static String filter(String output, Set<Integer> pids) throws UsageException {
        List<String> lines = List.of(output.split("\n"));
        int column = Arrays.asList(lines.getFirst().strip().split("\\s+")).indexOf("PID");
        if (column < 0) {
            throw new UsageException("couldn't find PID field in ps output");
        }
        StringBuilder kept = new StringBuilder(lines.getFirst()).append('\n');
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.strip().split("\\s+");
            if (line.isEmpty()) {
                continue;
            }
            if (fields.length <= column || !fields[column].matches("\\d{1,9}")) {
                throw new UsageException("unable to parse pid: " + line);
            }
            if (pids.contains(Integer.parseInt(fields[column]))) {
                kept.append(line).append('\n');
            }
        }
        return kept.toString();
    }
}
