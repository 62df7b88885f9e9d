package dev.estiba.runtime.planner;

import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.compile.Machine;
import java.io.IOException;
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

    private Planner() {}

    public static void main(String[] args) throws IOException {
        Machine machine = machine();
        OciCommand command = new OciCommand(machine, bootId());
        if (args.length == 1 && args[0].equals("--train")) {
            Warmup.run(command, machine, 400);
            return;
        }
        Channel inherited = System.inheritedChannel();
        if (inherited instanceof ServerSocketChannel listener) {
            new Resident(listener, command, machine.abi(), IDLE).serve();
        } else if (inherited instanceof SocketChannel connected) {
            serveOne(connected, command, machine);
        } else {
            System.err.println("estiba planner: descriptor 0 is no Unix socket; this program is started by estiba-oci");
            System.exit(1);
        }
    }

    private static void serveOne(ByteChannel connected, OciCommand command, Machine machine) throws IOException {
        try (connected) {
            new Connection(connected, command, machine.abi()).serve();
        } catch (MalformedFrame e) {
            System.err.println("estiba planner: " + e.getMessage());
        }
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
