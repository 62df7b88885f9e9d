package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A planner that dies between a plan and the rest of it, which a container without HOME asks for. */
@Tag("kernel")
class CutPlanTest {
    private static final int HEADER = 16;
    private static final int LENGTH_AT = 8;

    @TempDir
    Path place;

    /** Takes the planner's name, passes on one request and one answer, takes the next request and is gone. */
    private static CompletableFuture<Integer> cutAfterFirstPlan(Room room) throws IOException {
        Path name = room.named(".sock").getFirst();
        Path real = name.resolveSibling("real");
        Files.move(name, real);
        ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(name));
        return CompletableFuture.supplyAsync(() -> {
            try (server;
                    SocketChannel caller = server.accept();
                    SocketChannel planner = SocketChannel.open(UnixDomainSocketAddress.of(real))) {
                pass(caller, planner);
                int length = pass(planner, caller);
                ByteBuffer question = read(caller, HEADER);
                read(caller, question.getInt(LENGTH_AT));
                return length;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** One frame; its length. */
    private static int pass(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer head = read(from, HEADER);
        ByteBuffer body = read(from, head.getInt(LENGTH_AT));
        for (ByteBuffer part : new ByteBuffer[] {head, body}) {
            while (part.hasRemaining()) {
                to.write(part);
            }
        }
        return body.capacity();
    }

    private static ByteBuffer read(SocketChannel from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new IOException("the connection ended inside of a frame");
            }
        }
        return bytes.flip();
    }

    @Test
    void failsInWordsAndLeavesNothing() throws Exception {
        String repository = System.getProperty("estiba.repo");
        assumeTrue(repository != null, "estiba.repo is not set: run the tests by ./dev test");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        String id = "cut-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Bundle bundle = Bundles.ofRepository(Path.of(repository)).docker(place.resolve("bundle"), id);
        Path states = Files.createDirectory(place.resolve("states"));
        try (Room room = Room.open(place)) {
            assertThat(room.call().status()).isZero();
            CompletableFuture<Integer> plan = cutAfterFirstPlan(room);
            Room.Ended run = room.end(room.begin(
                    "exec \"$@\"",
                    "--root",
                    states.toString(),
                    "run",
                    "--bundle",
                    bundle.directory().toString(),
                    id));
            assertThat(plan.get(10, TimeUnit.SECONDS))
                    .as("bytes of the first plan")
                    .isGreaterThan(1000);
            assertThat(run.status()).as("%s", run).isEqualTo(1);
            assertThat(run.error()).contains("learn the rest of the plan from the planner: the planner did not answer");
            assertThat(run.log()).contains("level=error");
            assertThat(states.resolve(id)).doesNotExist();
            assertThat(TestCgroups.leftBy(id)).isEmpty();
        } finally {
            TestCgroups.removeEmptyParents();
        }
    }
}
