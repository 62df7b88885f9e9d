package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkInspect;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.Volume;
import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults and attacks, A2: each endpoint is sent what its schema does not allow. No answer is a server's own mistake, none shows the insides of
 * this program, the door lives, and when all containers have been removed nothing is left of them.
 */
@Timeout(600)
class SchemaFuzzTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");
    private static final long SEED = 20_261_127;
    private static final long AT_LEAST = TimeUnit.MILLISECONDS.toNanos(300);

    @TempDir
    private Path directory;

    @Test
    @Tag("kernel")
    @Tag("peer")
    void noEndpointIsConfused() throws Exception {
        DoorRoom.docker();
        long seed = LONG ? System.nanoTime() : SEED; // whoever looks for more asks for it
        int rounds = LONG ? 6_000 : 400;
        Path data = Files.createDirectory(directory.resolve("room"));
        Path client = Files.createDirectory(directory.resolve("client"));
        List<String> wrong = new ArrayList<>();
        try (Fd host = NetworkNamespace.create();
                DoorRoom room = DoorRoom.staying(data, host)) {
            new DockerClient(room.socket(), client).importBusybox("bb:1");
            SchemaNonsense nonsense = new SchemaNonsense(
                    new Random(seed),
                    client,
                    Map.of(
                            "containers", List.of("c1", "n1"),
                            "images", List.of("bb:1"),
                            "volumes", List.of("v1"),
                            "networks", List.of("none", "host", "bridge"),
                            "exec", List.of("nosuch")));
            for (int i = 0; i < rounds; i++) {
                if (i % 100 == 0) {
                    prepare(room, client);
                }
                String request = nonsense.request();
                String answer = ask(room.socket(), request);
                String problem = problem(answer);
                if (!problem.isEmpty()) {
                    wrong.add(problem + "\n    of " + shortened(request, 1500) + "\n    is " + shortened(answer, 600));
                }
            }
            assertThat(RawClient.status(
                            ask(room.socket(), "GET /_ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")))
                    .isEqualTo(200);
            removeAll(room);
        }
        assertThat(String.join("\n", wrong)).as("seed %d", seed).isEmpty();
        assertThat(left(data)).as("seed %d", seed).isEmpty();
    }

    /** What requests are about; whatever they have done to it is undone. */
    private static void prepare(DoorRoom room, Path directory) throws Exception {
        removeAll(room);
        DockerClient docker = new DockerClient(room.socket(), directory);
        if (docker.run("image", "inspect", "bb:1").status() != 0) {
            docker.importBusybox(Files.createTempDirectory(directory, "again"), "bb:1");
        }
        for (String line : List.of(
                "run -d --name c1 --network none bb:1 sh -c 'trap \"exit 0\" TERM; sleep 1000 & wait'",
                "create --name n1 --network none bb:1 true",
                "volume create v1")) {
            DoorRoom.Ended ended = docker.run(CommandTable.words(line).toArray(String[]::new));
            assertThat(ended.status()).as(ended.err()).isZero();
        }
    }

    private static void removeAll(DoorRoom room) throws IOException {
        for (ContainerSummary each : room.engine().listContainers(new ListOptions(true, 0, false, Map.of()))) {
            room.engine().removeContainer(each.id(), new RemoveOptions(true, true, false));
        }
        for (Volume each : room.engine().listVolumes(Map.of()).volumes()) {
            room.engine().removeVolume(each.name(), true);
        }
        for (NetworkInspect each : room.engine().listNetworks(Map.of())) {
            if (!List.of("bridge", "host", "none").contains(each.name())) {
                room.engine().removeNetwork(each.id());
            }
        }
    }

    private static String problem(String answer) {
        if (answer.isEmpty()) {
            return "no answer";
        }
        int status = RawClient.status(answer);
        boolean isOthersFault = answer.contains("cannot reach http://127.0.0.1:1") // the registry that is none
                || answer.contains("could not select device driver"); // dockerd's answer, and its status
        if (status == 500 && !isOthersFault || status > 503 || status < 101) {
            return "status " + status;
        }
        boolean isShown =
                Stream.of("\tat dev.", "Exception", "java.", "dev.estiba").anyMatch(answer::contains);
        return isShown ? "insides are shown" : "";
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "… (" + text.length() + ")";
    }

    /** What comes until the end, or, of what goes on and on, what comes at first. */
    private static String ask(Path socket, String request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        long begun = System.nanoTime();
        // Who is asked to wait may do so.
        boolean mayWait = Stream.of("/stop", "/restart", "/wait")
                .anyMatch(request.lines().findFirst().orElse("")::contains);
        long end = begun + (mayWait ? TimeUnit.SECONDS.toNanos(2) : TimeUnit.SECONDS.toNanos(60));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            ByteBuffer in = ByteBuffer.allocate(65_536);
            while (System.nanoTime() < end) {
                selector.select(50);
                if (out.hasRemaining()) {
                    try {
                        channel.write(out);
                    } catch (IOException refused) {
                        out.position(out.limit()); // it has had enough, and has answered
                    }
                }
                key.interestOps(
                        out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                int read = channel.read(in);
                if (read < 0) {
                    return answer.toString(StandardCharsets.UTF_8);
                }
                answer.write(in.array(), 0, in.position());
                in.clear();
                boolean hasHead = answer.size() > 0;
                if (read == 0 && hasHead && System.nanoTime() - begun > AT_LEAST) {
                    break;
                }
            }
            return answer.size() == 0 && mayWait ? "HTTP/1.1 200 waits" : answer.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    /** What of containers, volumes and networks is still there. */
    private static List<String> left(Path data) throws IOException {
        List<String> left = new ArrayList<>();
        for (String place : List.of(
                "data/containers", "data/names", "data/volumes", "data/networks", "exec/containers", "exec/runtime")) {
            if (Files.isDirectory(data.resolve(place))) {
                try (Stream<Path> files = Files.list(data.resolve(place))) {
                    files.map(Path::toString).forEach(left::add);
                }
            }
        }
        Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(data.toString()))
                .forEach(left::add);
        return left;
    }
}
