package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Mounts and loop devices of a test, which end with it. */
final class Mounted implements AutoCloseable {
    private final Deque<List<String>> undo = new ArrayDeque<>();

    /** What a program prints; empty when it fails. */
    static Optional<String> run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? Optional.of(printed.strip()) : Optional.empty();
    }

    /** False when it cannot be done here. */
    boolean mount(String... words) throws IOException, InterruptedException {
        boolean done = run(words).isPresent();
        if (done) {
            undo.push(List.of("umount", words[words.length - 1]));
        }
        return done;
    }

    /** Somebody else has mounted it, and it is to go with the others. */
    void isMounted(String point) {
        undo.push(List.of("umount", point));
    }

    /** The device; empty when there is none. */
    Optional<String> loop(String file, String... options) throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(List.of("losetup", "--find", "--show"));
        words.addAll(List.of(options));
        words.add(file);
        Optional<String> device = run(words.toArray(String[]::new));
        device.ifPresent(each -> undo.push(List.of("losetup", "--detach", each)));
        return device;
    }

    /**
     * The kernel lets go of a file system, and a loop device of its file, a moment after it has said so. It does not as long as a mount
     * namespace, which a test beside this one has made meanwhile, has a copy of a mount: what is mounted on what that one uses
     * is then taken out of sight, and goes with that namespace.
     */
    private static boolean isDone(List<String> words) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (run(words.toArray(String[]::new)).isEmpty()) {
            if (System.nanoTime() > end) {
                return words.getFirst().equals("umount")
                        && run("umount", "--lazy", words.getLast()).isPresent();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        boolean isInterrupted = Thread.interrupted(); // by a timeout: what is mounted has to go all the same
        while (!undo.isEmpty()) {
            List<String> words = undo.pop();
            assertThat(isDone(words)).as("%s", words).isTrue();
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
