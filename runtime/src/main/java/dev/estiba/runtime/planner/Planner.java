package dev.estiba.runtime.planner;

import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.command.PlanMemo;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.resident.Resident;
import dev.estiba.runtime.resident.Service;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The main class of the planner's JVM. Its descriptor 0 is a listening Unix socket (the resident) or a connected one
 * (the planner of a single call, which ends with it).
 */
public final class Planner {
    private static final Duration IDLE = Duration.ofMinutes(10);

    /** C1 compiles a method at 200 calls; after these a plan takes its final 0.3 ms. */
    private static final int WARM_ROUNDS = 250;

    private static final int TRAINING_ROUNDS = 400;
    private static final Duration REHEARSAL = Duration.ofMillis(500);

    private static final int MOST_AT_ONCE = 64;

    /** Kinds of requests, of some 40 KB each. */
    private static final int REMEMBERED = 16;

    private static final Buffers BUFFERS = new Buffers();

    private Planner() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Machine machine = machine();
        OciCommand command = new OciCommand(machine, bootId());
        PlanMemo plans = new PlanMemo(command, machine.abi(), REMEMBERED);
        if (args.length == 1 && args[0].equals("--train")) {
            Warmup.run(command, machine, TRAINING_ROUNDS);
            Runnable noMore = () -> {};
            Rehearsal.run(
                    listener -> resident(listener, plans, REHEARSAL, noMore).serve());
            return;
        }
        Channel inherited = System.inheritedChannel();
        if (inherited instanceof ServerSocketChannel listener) {
            resident(listener, plans, idle(), () -> Warmup.run(command, machine, warmRounds()))
                    .serve();
        } else if (inherited instanceof SocketChannel connected) {
            try (connected) {
                serve(connected, plans);
            }
        } else {
            log("descriptor 0 is no Unix socket; this program is started by estiba-oci");
            System.exit(1);
        }
    }

    private static Resident<SocketChannel> resident(
            ServerSocketChannel listener, PlanMemo plans, Duration idle, Runnable warmUp) {
        Service<ByteChannel> service = connection -> {
            serve(connection, plans);
            return true;
        };
        Resident.Terms terms = new Resident.Terms(idle, MOST_AT_ONCE);
        return new Resident<>(new ChannelListener(listener), service, terms, Planner::log, warmUp);
    }

    /** Logged before the connection is closed: when it is the inherited one, the JDK then redirects descriptor 2. */
    private static void serve(ByteChannel connection, PlanMemo plans) {
        ByteBuffer buffer = BUFFERS.take();
        try {
            new Connection(connection, plans, buffer).serve();
        } catch (MalformedFrame e) {
            log("refused a connection: " + e);
        } catch (IOException e) {
            log("a connection broke: " + e);
        } catch (RuntimeException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            log("a plan could not be made: " + trace);
        } finally {
            BUFFERS.giveBack(buffer);
        }
    }

    /** To the descriptor that whoever started this JVM has opened as its log. */
    private static void log(String line) {
        System.err.println("estiba planner: " + line);
    }

    /** Tests set the property; they cannot wait for minutes. */
    private static Duration idle() {
        return Duration.ofMillis(Long.getLong("estiba.planner.idle.millis", IDLE.toMillis()));
    }

    /** Tests on an emulated processor set the property: there all rounds take most of a minute. */
    private static int warmRounds() {
        return Integer.getInteger("estiba.planner.warm.rounds", WARM_ROUNDS);
    }

    /** The planner's one file: what the kernel calls its own run (random(4)). */
    private static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
                .strip();
    }

    private static Machine machine() {
        return System.getProperty("os.arch").equals("aarch64") ? Machine.ARM64 : Machine.X86_64;
    }
}
