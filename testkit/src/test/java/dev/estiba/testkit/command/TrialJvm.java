package dev.estiba.testkit.command;

import dev.estiba.cli.Caller;
import dev.estiba.cli.WindowSize;
import dev.estiba.daemon.CommandJvm;
import dev.estiba.linux.number.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** The main class of a command JVM whose program shows what it knows of its caller, one question a call. */
public final class TrialJvm {
    private TrialJvm() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        CommandJvm.serve(TrialJvm::run, () -> {});
    }

    private static int run(Caller caller) {
        List<String> words = caller.arguments();
        try {
            switch (words.getFirst()) {
                case "words" -> words.forEach(word -> say(caller, "[" + word + "]"));
                case "environment" -> caller.environment().forEach((name, value) -> say(caller, name + "=" + value));
                case "directory" -> say(caller, caller.directory().toString());
                case "jvm" -> say(caller, Long.toString(ProcessHandle.current().pid()));
                case "terminals" ->
                    say(caller, caller.isTerminal(0) + " " + caller.isTerminal(1) + " " + caller.isTerminal(2));
                case "status" -> {
                    caller.err().write("told\n".getBytes(StandardCharsets.UTF_8));
                    return Integer.parseInt(words.get(1));
                }
                case "cat" -> copy(caller.in(), caller.out());
                case "read" -> copy(caller.open(words.get(1)), caller.out());
                case "path" -> say(caller, caller.hostPath(words.get(1)));
                case "signals" -> signals(caller, Integer.parseInt(words.get(1)));
                case "raw" -> raw(caller);
                case "sizes" -> sizes(caller);
                case "hang" -> hang(caller);
                case "halt" -> {
                    say(caller, "halting");
                    Runtime.getRuntime().halt(7);
                }
                case "mistake" -> throw new IllegalStateException("a mistake of the test's");
                default -> throw new IllegalArgumentException(words.toString());
            }
            return 0;
        } catch (IOException e) {
            say(caller, e.getMessage());
            return 1;
        } catch (UncheckedIOException e) {
            return 1;
        } catch (InterruptedException e) {
            System.err.println("woken, " + (caller.gone() ? "and nobody is there" : "and the caller is there"));
            return 1;
        }
    }

    private static void say(Caller caller, String line) {
        try {
            caller.out().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        try (from) {
            from.transferTo(to);
        }
    }

    private static void signals(Caller caller, int count) throws InterruptedException {
        BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
        caller.onSignal(arrived::add);
        say(caller, "ready");
        for (int i = 0; i < count; i++) {
            say(caller, new Signal(arrived.take()).name());
        }
    }

    private static void raw(Caller caller) throws IOException {
        caller.onSignal(number -> say(caller, "signal " + number + "\r"));
        caller.onResize(size -> say(caller, "looked again\r"));
        caller.raw(true);
        say(caller, "every key\r");
        for (int b = caller.in().read(); b >= 0 && b != 'q'; b = caller.in().read()) {
            say(caller, "byte " + b + "\r");
        }
        caller.raw(false);
        say(caller, "as before");
    }

    private static void sizes(Caller caller) throws InterruptedException {
        BlockingQueue<WindowSize> arrived = new LinkedBlockingQueue<>();
        caller.onResize(arrived::add);
        say(caller, caller.windowSize().toString());
        say(caller, arrived.take().toString());
    }

    private static void hang(Caller caller) throws InterruptedException {
        say(caller, "hanging");
        new CountDownLatch(1).await();
    }
}
