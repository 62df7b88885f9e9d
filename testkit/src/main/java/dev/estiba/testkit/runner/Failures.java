package dev.estiba.testkit.runner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a failure so that a person sees the assertion first and the line of the test next. */
final class Failures {
    private static final int FRAMES = 12;
    private static final int CAUSES = 5;
    private static final List<String> NOISE = List.of(
            "org.junit.",
            "org.opentest4j.",
            "org.assertj.",
            "java.lang.reflect.",
            "jdk.internal.reflect.",
            "java.util.concurrent.",
            "java.util.stream.",
            "java.util.ArrayList",
            "java.util.Iterator",
            "java.lang.Thread",
            "dev.estiba.testkit.runner.TestRunner");

    private Failures() {}

    /** The message and the frames that matter, then the same of each cause, up to a bound. */
    static String tell(Throwable thrown) {
        List<String> lines = new ArrayList<>();
        Optional<Throwable> current = Optional.of(thrown);
        for (int depth = 0; depth < CAUSES && current.isPresent(); depth++) {
            Throwable failure = current.get();
            lines.add((depth == 0 ? "" : "caused by ") + headline(failure));
            lines.addAll(frames(failure));
            for (Throwable suppressed : failure.getSuppressed()) {
                lines.add("besides " + headline(suppressed));
            }
            current = Optional.ofNullable(failure.getCause());
        }
        return String.join("\n", lines);
    }

    private static String headline(Throwable thrown) {
        boolean assertion = thrown instanceof AssertionError;
        String message = Optional.ofNullable(thrown.getMessage()).orElse("").strip();
        if (message.isEmpty()) {
            return thrown.getClass().getName();
        }
        return assertion ? message : thrown.getClass().getName() + ": " + message;
    }

    private static List<String> frames(Throwable thrown) {
        List<String> frames = new ArrayList<>();
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (NOISE.stream().anyMatch(frame.getClassName()::startsWith)) {
                continue;
            }
            if (frames.size() == FRAMES) {
                frames.add("  ...");
                break;
            }
            frames.add("  at " + frame);
        }
        return frames;
    }
}
