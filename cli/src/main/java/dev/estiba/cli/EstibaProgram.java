package dev.estiba.cli;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.stream.Signals;
import dev.estiba.cli.template.TemplateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The {@code estiba} command. Holds no state of a call; safe for all threads. */
public final class EstibaProgram {
    private static final int FAILED = 1, BROKEN_PIPE = 141, SIGNALLED = 128;

    private final EngineApi engine;

    public EstibaProgram(EngineApi engine) {
        this.engine = engine;
    }

    /** Does what the caller asks for, on the caller's own thread. The exit status: as Docker's command has it. */
    public int run(Caller caller) {
        AtomicInteger signal = new AtomicInteger();
        Thread thread = Thread.currentThread();
        // Commands that have a use for signals take them over.
        caller.onSignal(number -> {
            if (Signals.ends(number)) {
                signal.compareAndSet(0, number);
                thread.interrupt();
            }
        });
        int status = dispatch(caller, signal);
        Thread.interrupted();
        return signal.get() == 0 ? status : SIGNALLED + signal.get();
    }

    private int dispatch(Caller caller, AtomicInteger signal) {
        try {
            return dispatch(caller, meant(caller.arguments()));
        } catch (ApiException e) {
            // Who has interrupted it knows why it did not get to its end.
            return signal.get() == 0 ? failed(caller, e.message()) : FAILED;
        } catch (TemplateException e) {
            return failed(caller, e.message());
        } catch (IOException e) {
            return BROKEN_PIPE;
        }
    }

    /** "container run" is "run", "help run" is "run --help". */
    private static List<String> meant(List<String> words) {
        List<String> meant = new ArrayList<>(words);
        boolean isPrefix = !meant.isEmpty()
                && meant.getFirst().equals(CommandName.CONTAINER)
                && (meant.size() == 1
                        || CommandName.of(String.join(" ", meant.subList(0, 2))).isEmpty());
        if (isPrefix) {
            meant.removeFirst();
            if (!meant.isEmpty() && meant.getFirst().equals(CommandName.INSPECT.word())) {
                meant.add(1, "--type=container");
            }
        }
        if (meant.size() > 1 && meant.getFirst().equals("help")) {
            meant.removeFirst();
            meant.add(CommandName.length(meant), "--help");
        }
        if (!meant.isEmpty()
                && (meant.getFirst().equals("--version") || meant.getFirst().equals("-v"))) {
            meant.set(0, CommandName.VERSION.word());
        }
        return meant;
    }

    private int dispatch(Caller caller, List<String> words) throws IOException {
        if (words.isEmpty() || Help.isAsked(words.getFirst())) {
            return Help.overview(caller);
        }
        if (words.getFirst().equals("__complete")) {
            return Completion.print(caller, engine, words.subList(1, words.size()));
        }
        int length = CommandName.length(words);
        String typed = String.join(" ", words.subList(0, length));
        boolean isOfGroup = CommandName.GROUPS.contains(words.getFirst());
        if (isOfGroup && (length == 1 || Help.isAsked(words.get(1)))) {
            return Help.group(caller, words.getFirst());
        }
        Optional<CommandName> name = CommandName.of(typed);
        if (name.isEmpty()) {
            for (String line : UnknownCommand.lines(typed)) {
                complain(caller, line);
            }
            return FAILED;
        }
        return run(caller, name.get(), words.subList(length, words.size()));
    }

    private int run(Caller caller, CommandName name, List<String> words) throws IOException {
        Command command = name.make();
        try {
            Parsed flags = command.flags().parse(words);
            if (flags.wantsHelp()) {
                return Help.command(caller, name, command);
            }
            Call call = new Call(caller, engine, flags);
            return Foresight.isAsked(flags) ? Foresight.look(call, command) : command.run(call);
        } catch (UsageException e) {
            complain(caller, "estiba: " + e.message());
            complain(caller, "See 'estiba " + name.word() + " --help'.");
            return e.status();
        }
    }

    private static int failed(Caller caller, String message) {
        try {
            complain(caller, "estiba: " + message);
        } catch (IOException nobodyReads) {
            return FAILED;
        }
        return FAILED;
    }

    private static void complain(Caller caller, String line) throws IOException {
        caller.err().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
