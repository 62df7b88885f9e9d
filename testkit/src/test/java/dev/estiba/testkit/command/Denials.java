package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.faults.Denier;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A full disk, no descriptor, no memory, no pid: one call of the command after the other, in each of which one system call of
 * one process answers so.
 *
 * <p>The short form takes every 31st call that can fail so; {@code ./dev test --long} takes all.
 */
final class Denials {
    private static final int SHORT = 31;
    private static final long SEED = Long.getLong("estiba.seed", 1);
    private static final Map<Integer, String> LACKS = Map.of(
            28, "no space left on device",
            24, "too many open files",
            12, "cannot allocate memory",
            11, "resource temporarily unavailable");

    private final ProductRoom room;

    Denials(ProductRoom room) {
        this.room = room;
    }

    /** What must hold after a call; {@code lack} is the word of the errno that was answered. */
    interface Check {
        void after(Ended ended, String lack) throws IOException, InterruptedException;
    }

    /**
     * @param who as the denier's words say it, asked anew for each call
     * @param words the command's
     * @param check what must hold after each call
     */
    void each(Supplier<String> who, List<String> words, Check check) throws IOException, InterruptedException {
        int denials = 0;
        for (int errno : LACKS.keySet().stream().sorted().toList()) {
            for (int at = first(); ; at += step()) {
                assertThat(room.call("ps").status()).isZero(); // the resident is there
                String denied = who.get();
                Ended ended = CommandRoom.end(room.room()
                        .begin(Denier.words(errno, denied, at), "exec \"$@\"", words.toArray(String[]::new)));
                Optional<String> call = Denier.call(ended.output());
                try {
                    check.after(ended, LACKS.getOrDefault(errno, ""));
                } catch (AssertionError | IOException | RuntimeException e) {
                    throw new AssertionError(
                            "errno " + errno + " at call " + at + " of " + denied + " (seed " + SEED + "): "
                                    + call.orElse("no call") + ": " + ended.error() + e.getMessage(),
                            e);
                }
                if (call.isEmpty()) {
                    break;
                }
                denials++;
            }
        }
        assertThat(denials).as("calls that were denied").isPositive();
    }

    /** A process that the resident makes for the call, in the order of their births. */
    Supplier<String> made(int process) {
        return () -> room.room().onlyJvm().pid() + "/" + process;
    }

    private static int step() {
        return Boolean.getBoolean("estiba.long") ? 1 : SHORT;
    }

    private static int first() {
        return 1 + Math.floorMod((int) SEED, Math.min(step(), 9));
    }

    /** The command failed in its own words: one line, with the reason in it. 1 is an exec's, as with Docker. */
    static void saysWhy(Ended ended, String lack) {
        assertThat(ended.status()).isIn(1, 125, 126, 127);
        assertThat(ended.error()).startsWith("estiba: ").hasLineCount(1);
        assertThat(ended.error().toLowerCase(Locale.ROOT)).contains(lack);
    }
}
