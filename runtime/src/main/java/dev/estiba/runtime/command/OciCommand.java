package dev.estiba.runtime.command;

import dev.estiba.runtime.compile.Caller;
import dev.estiba.runtime.compile.EpilogueCompiler;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.compile.UnsupportedConfig;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.util.List;
import java.util.Optional;

/** One call of {@code estiba-oci}: from what was gathered to a plan. Without effects; safe for all threads. */
public final class OciCommand {
    private final Filters filters;
    private final Configs configs = new Configs();
    private final Machine machine;
    private final String bootId;

    /**
     * @param bootId of the kernel that runs (random(4), boot_id)
     */
    public OciCommand(Machine machine, String bootId) {
        this.machine = machine;
        this.filters = new Filters(machine.abi());
        this.bootId = bootId;
    }

    /** Who a request is of. */
    public static Caller caller(Request request) {
        try {
            return StartCommand.caller(request);
        } catch (UsageException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public Machine machine() {
        return machine;
    }

    public Answer answer(Request request) {
        List<String> argv = request.strings(Tag.ARGV);
        CommandLine line;
        try {
            line = CommandLine.parse(argv);
        } catch (UsageException e) {
            return Usage.wrong(argv, e);
        }
        try {
            return guarded(line.command(), answer(request, line));
        } catch (UsageException | UnsupportedConfig e) {
            return Messages.failure(prefix(line.command()) + e.getMessage(), status(line.command()));
        }
    }

    /**
     * What a monitor is given.
     *
     * @param start leaves a process behind
     * @param epilogue walked when that has ended: the outer actor before its status is told to anybody, the epilogue after it
     */
    public record Monitored(Answer start, Optional<Plan> epilogue) {}

    /**
     * A {@code run --detach} or {@code exec --detach} for a monitor.
     *
     * @param isolation of a {@code run}
     * @param given what it has as descriptors
     */
    public Monitored monitored(Request request, Isolation isolation, StartRequest.Given given) {
        String command = "";
        try {
            CommandLine line = CommandLine.parse(request.strings(Tag.ARGV));
            command = line.command();
            if (command.equals("exec")) {
                Answer answer = ExecCommand.answer(request, line, given, filters, configs, machine, bootId);
                return new Monitored(guarded(command, answer), Optional.empty());
            }
            StartRequest start = StartCommand.start(request, line, isolation, given, machine);
            return new Monitored(
                    guarded(command, StartCommand.answer(request, start, filters, bootId)),
                    Optional.of(EpilogueCompiler.compile(start)));
        } catch (UsageException | UnsupportedConfig e) {
            return new Monitored(Messages.failure(prefix(command) + e.getMessage(), status(command)), Optional.empty());
        }
    }

    /** What comes of the bytes that an answer's executor has sent on. */
    public Answer goOn(Answer.Continuation next, Request more) {
        try {
            return next.with(more);
        } catch (UsageException e) {
            // Answers of this class have guarded continuations, which say it as their command does.
            return Messages.failure(e.getMessage(), 1);
        }
    }

    /** A continuation's sentences are worded as those of the first plan. */
    private static Answer guarded(String command, Answer answer) {
        if (answer.next().isEmpty()) {
            return answer;
        }
        Answer.Continuation next = answer.next().get();
        return answer.followedBy(more -> {
            try {
                return guarded(command, next.with(more));
            } catch (UsageException | UnsupportedConfig e) {
                return Messages.failure(prefix(command) + e.getMessage(), status(command));
            }
        });
    }

    /** Which commands name themselves in a failure is runc's choice, and callers match it. */
    private static String prefix(String command) {
        return switch (command) {
            case "create", "run" -> "estiba-oci " + command + " failed: ";
            case "exec" -> "exec failed: ";
            default -> "";
        };
    }

    private static boolean jsonLog(CommandLine line) {
        return line.global().getOrDefault("log-format", "text").equals("json");
    }

    private static int status(String command) {
        return command.equals("exec") ? 255 : 1;
    }

    private Answer answer(Request request, CommandLine line) throws UsageException {
        if (line.global().containsKey("version")) {
            throw new UsageException("this build's share/oci/version is missing: build it again");
        }
        if (Usage.asked(line)) {
            return Messages.print(HelpText.of(Usage.topic(line)));
        }
        Usage.checkGlobal(line);
        String wrong = Usage.wrongCount(line);
        if (!wrong.isEmpty()) {
            return Usage.wrong(line.command(), wrong);
        }
        return switch (line.command()) {
            case "create", "run" -> StartCommand.answer(request, line, filters, machine, bootId);
            case "exec" ->
                ExecCommand.answer(request, line, StartRequest.Given.NOTHING, filters, configs, machine, bootId);
            case "list" -> ListCommand.answer(request, line, bootId);
            case "delete" -> delete(request, line);
            case "spec" -> SpecCommand.answer(line, StartCommand.caller(request), machine);
            case "features" ->
                throw new UsageException("this build's share/oci/features.json is missing: build it again");
            case "checkpoint", "restore" -> throw new UsageException(line.command() + " is not built yet");
            default -> ofContainer(request, line);
        };
    }

    private Answer ofContainer(Request request, CommandLine line) throws UsageException {
        List<String> words = line.arguments();
        Container container = Container.named(words.getFirst(), request, bootId);
        return switch (line.command()) {
            case "start" -> OpenGateCommand.answer(container);
            case "state" -> StateCommand.answer(container);
            case "kill" -> KillCommand.answer(container, words.size() > 1 ? words.get(1) : "SIGTERM", line.flag("all"));
            case "pause" -> FreezeCommand.pause(container);
            case "resume" -> FreezeCommand.resume(container);
            case "update" -> UpdateCommand.answer(container, Limits.of(request, line), jsonLog(line));
            case "events" -> EventsCommand.answer(request, container, line);
            case "ps" -> PsCommand.answer(request, container, line);
            default -> throw new UsageException(line.command() + " is not built yet");
        };
    }

    private Answer delete(Request request, CommandLine line) throws UsageException {
        String id = line.arguments().getFirst();
        boolean force = line.flag("force");
        StartCommand.checkId(id);
        if (force && !Container.readable(request)) {
            return DeleteCommand.withoutRecord(id, request.bytes(Tag.STATE).isPresent());
        }
        return DeleteCommand.answer(
                Container.named(id, request, bootId), DeleteCommand.cacheControl(request), force, jsonLog(line));
    }
}
