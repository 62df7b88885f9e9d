package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.Host;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.PlanFormatException;
import dev.estiba.runtime.plan.PlanReader;
import dev.estiba.testkit.faults.Place;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The runtime with plans that lack a protection: between its executor and its planner, in a mount namespace with a /run of its
 * own, somebody reads each plan, changes it, and passes on the changed one. What an attack does with it shows that it is the
 * taken step that holds it off, and that the attack would be seen to succeed.
 */
final class Weakened implements AutoCloseable {
    private static final int HEADER = 16;
    private static final int LENGTH_AT = 8;

    private final Process holder;
    private final Path real;
    private final ServerSocketChannel server;
    private final AtomicReference<Weakening> weakening = new AtomicReference<>(Weakening.none());
    private final AtomicReference<String> failure = new AtomicReference<>("");

    private Weakened(Process holder, Path real, ServerSocketChannel server) {
        this.holder = holder;
        this.real = real;
        this.server = server;
    }

    /** @param directory an empty one */
    static Weakened open(Path directory) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("user.name").equals("root"), "a /run of its own takes root");
        String script = "mount -t tmpfs tmpfs /run && mkdir /run/estiba && echo ready && exec cat";
        Process holder = new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", script).start();
        String said = new String(holder.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
        assumeTrue(said.equals("ready\n"), "no mount namespace can be made here");
        try (Place place = Place.open(directory)) {
            place.startBy(within(holder));
            place.run("--help").succeeds(); // gives birth to the planner
        }
        Path residents = Path.of("/proc/" + holder.pid() + "/root/run/estiba/jvm");
        Path name;
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(residents, "*.sock")) {
            name = sockets.iterator().next();
        }
        Path real = Files.move(name, name.resolveSibling("real"));
        ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(name));
        Weakened weakened = new Weakened(holder, real, server);
        Thread.ofPlatform().daemon(true).name("weakening planner").start(weakened::accept);
        return weakened;
    }

    private static List<String> within(Process holder) {
        return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m");
    }

    /** A trial whose runtime gets plans that are changed so. */
    Trial trial(Path directory, Weakening change) throws IOException {
        weakening.set(change);
        Trial trial = Trial.open(directory);
        trial.place.startBy(within(holder));
        return trial;
    }

    /** What went wrong in between would look like a protection. */
    void hasWorked() {
        assertThat(failure.get()).isEmpty();
        assertThat(weakening.get().changed()).as("steps that were changed").isPositive();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel caller = server.accept();
                Thread.ofPlatform().daemon(true).name("weakened call").start(() -> serve(caller));
            }
        } catch (ClosedChannelException end) {
            // the test is over
        } catch (IOException e) {
            failure.set(e.toString());
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                SocketChannel planner = SocketChannel.open(UnixDomainSocketAddress.of(real))) {
            while (true) {
                write(planner, frame(caller));
                write(caller, weaker(frame(planner)));
            }
        } catch (EOFException end) {
            // a call is over when either side hangs up
        } catch (IOException | PlanFormatException | RuntimeException e) {
            failure.compareAndSet("", e.toString());
        }
    }

    /** Without what the planner foresees behind it: that would have to be weakened as well, and is asked for then. */
    private byte[] weaker(byte[] answer) throws PlanFormatException {
        int length = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER + LENGTH_AT);
        byte[] bytes = Arrays.copyOfRange(answer, HEADER, HEADER + length);
        Plan plan = weakening.get().apply(PlanReader.read(bytes, Host.abi()));
        byte[] changed = PlanEncoder.encode(plan, Host.abi());
        ByteBuffer whole = ByteBuffer.allocate(HEADER + changed.length).order(ByteOrder.LITTLE_ENDIAN);
        whole.put(answer, 0, HEADER).put(changed).putInt(LENGTH_AT, changed.length);
        return whole.array();
    }

    private static byte[] frame(SocketChannel from) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        fill(from, head);
        ByteBuffer whole = ByteBuffer.allocate(HEADER + head.getInt(LENGTH_AT));
        whole.put(head.array());
        fill(from, whole);
        return whole.array();
    }

    private static void fill(SocketChannel from, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new EOFException();
            }
        }
    }

    private static void write(SocketChannel to, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            while (rest.hasRemaining()) {
                to.write(rest);
            }
        } catch (IOException e) {
            throw (EOFException) new EOFException().initCause(e);
        }
    }

    /** The JVM that was born in there, too. */
    @Override
    public void close() throws IOException, InterruptedException {
        server.close();
        Path namespace = Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/mnt"));
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != holder.pid() && isIn(namespace, process.pid()))
                .forEach(ProcessHandle::destroyForcibly);
        holder.getOutputStream().close();
        holder.waitFor();
    }

    private static boolean isIn(Path namespace, long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).equals(namespace);
        } catch (IOException gone) {
            return false;
        }
    }
}
