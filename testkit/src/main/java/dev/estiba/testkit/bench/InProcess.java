package dev.estiba.testkit.bench;

import dev.estiba.runtime.Bundle;
import dev.estiba.runtime.Containers;
import dev.estiba.runtime.Stdio;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs containers from inside of this JVM, by the library, for whoever measures them.
 *
 * <p>{@code InProcess serve}: for each line {@code STATES<tab>BUNDLE<tab>ID} on standard input one container, and its
 * status as a line on standard output; ends with its input. {@code InProcess COUNT STATES BUNDLE}: that many containers
 * one after the other, the nanoseconds of each as a line. Sentences of failures go to standard error.
 */
public final class InProcess {
    private static final int FAILED = 125;

    private final Map<String, Containers> containers = new HashMap<>();

    private InProcess() {}

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (args.length == 1 && args[0].equals("serve")) {
            new InProcess().serve(out);
        } else if (args.length == 3) {
            new InProcess().count(Integer.parseInt(args[0]), args[1], args[2], out);
        } else {
            System.err.println("usage: InProcess serve | InProcess COUNT STATES BUNDLE");
            System.exit(64);
        }
    }

    private void serve(PrintStream out) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t");
            int status = FAILED;
            try {
                status = run(words[0], words[1], words[2]);
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
            out.println(status);
        }
    }

    private void count(int count, String states, String bundle, PrintStream out) throws IOException {
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            int status = run(states, bundle, "in-process-" + i);
            long end = System.nanoTime();
            if (status != 0) {
                throw new IOException("container " + i + " ended with " + status);
            }
            out.println(end - begin);
        }
    }

    /** The configuration is read each time, as every runtime does. */
    private int run(String states, String bundle, String id) throws IOException {
        Containers in = containers.get(states);
        if (in == null) {
            in = Containers.in(Path.of(states));
            containers.put(states, in);
        }
        return in.run(id, Bundle.at(Path.of(bundle)), Stdio.none());
    }
}
