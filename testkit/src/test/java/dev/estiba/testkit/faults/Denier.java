package dev.estiba.testkit.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a command of which one system call is answered an errno (testkit/faults/denier.c). */
public final class Denier {
    private static final Pattern DENIED = Pattern.compile("(?m)^denied (.*)$");

    private Denier() {}

    /**
     * What came of it.
     *
     * @param call the call that was denied; empty when the process has not made so many
     */
    record Denied(Place.Result result, Optional<String> call) {}

    static Denied deny(Place place, Lack lack, String who, int at, List<String> command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(words(lack.number(), who, at));
        words.addAll(command);
        Place.Result result = place.runProgram(words);
        if (result.status() == 125 && result.error().contains("denier:")) {
            throw new IOException(result.error());
        }
        return new Denied(result, call(result.output()));
    }

    /** The program and its own words; the command follows. */
    public static List<String> words(int errno, String who, int at) throws IOException, InterruptedException {
        assumeTrue(
                System.getProperty("estiba.without", "").isEmpty(),
                "the calls that are denied are those of the usual way; --without has others");
        return List.of(Place.tool("denier").toString(), Integer.toString(errno), who, Integer.toString(at));
    }

    /** What it says on its output, which is the command's too. */
    public static Optional<String> call(String output) {
        Matcher line = DENIED.matcher(output);
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }
}
