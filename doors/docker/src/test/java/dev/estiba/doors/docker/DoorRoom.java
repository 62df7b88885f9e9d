package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.ContainerSummary;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A door before an engine of a test's own, and the real docker command before the door. */
final class DoorRoom implements AutoCloseable {
    private final Path directory;
    private final Engine engine;
    private final DockerDoor door;

    private DoorRoom(Path directory, Engine engine, DockerDoor door) {
        this.directory = directory;
        this.engine = engine;
        this.door = door;
    }

    static DoorRoom open(Path directory, DoorSettings settings) throws IOException {
        assumeTrue(isRoot(), "needs root");
        Engine engine = Engine.open(new EnginePaths(directory.resolve("data"), directory.resolve("exec")));
        return new DoorRoom(directory, engine, open(engine, directory.resolve("docker.sock"), settings));
    }

    /** Over an engine that stays, with its bridges in a network namespace. */
    static DoorRoom staying(Path directory, Fd hostNetwork) throws IOException {
        assumeTrue(isRoot(), "needs root");
        Engine engine = Engine.open(new EnginePaths(directory.resolve("data"), directory.resolve("exec")), hostNetwork);
        engine.restore();
        return new DoorRoom(directory, engine, open(engine, directory.resolve("docker.sock"), DoorSettings.USUAL));
    }

    /** Over an engine that stays, without bridges. */
    static DoorRoom staying(Path directory) throws IOException {
        DoorRoom room = open(directory, DoorSettings.USUAL);
        room.engine().restore();
        return room;
    }

    static DoorRoom open(Path directory) throws IOException {
        return open(directory, DoorSettings.USUAL);
    }

    static DockerDoor open(EngineApi engine, Path socket, DoorSettings settings) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket), 512);
        return DockerDoor.open(engine, settings, List.of(listener));
    }

    static boolean isRoot() throws IOException {
        return Files.readString(Path.of("/proc/self/status")).contains("\nUid:\t0\t0\t0\t0\n");
    }

    /** How a program has ended. */
    record Ended(int status, String out, String err) {}

    Path socket() {
        return directory.resolve("docker.sock");
    }

    Engine engine() {
        return engine;
    }

    /** The docker command of this machine, or of the peers. */
    static Path docker() {
        Path peer = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin/docker");
        Optional<Path> found = Stream.concat(
                        Stream.of(peer),
                        Stream.of("/usr/local/bin/docker", "/usr/bin/docker").map(Path::of))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no docker command on this machine, nor among the peers");
        return found.get();
    }

    DockerClient client() {
        return new DockerClient(socket(), directory);
    }

    /** A directory that containers can be made of, with a static busybox. */
    static Path rootfs(Path directory) throws Exception {
        Path peers = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin/busybox");
        Optional<Path> busybox = Stream.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"), peers)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(busybox.isPresent(), "no static busybox on this machine, nor among the peers");
        Path rootfs = Files.createDirectories(directory.resolve("rootfs"));
        Files.createDirectories(rootfs.resolve("bin"));
        Files.createDirectories(rootfs.resolve("tmp"));
        // By a process of its own: a child that another thread starts meanwhile would keep it busy (execve(2),
        // ETXTBSY).
        String program = rootfs.resolve("bin/busybox").toString();
        assertThat(new ProcessBuilder("cp", busybox.get().toString(), program)
                        .start()
                        .waitFor())
                .isZero();
        for (String name : "sh cat echo true false sleep head stty dd kill yes tee".split(" ")) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(name), Path.of("busybox"));
        }
        return rootfs;
    }

    @Override
    public void close() throws Exception {
        door.close();
        for (ContainerSummary container : engine.listContainers(new ListOptions(true, 0, false, Map.of()))) {
            engine.removeContainer(container.id(), new RemoveOptions(true, false, false));
        }
        engine.awaitSettled();
    }
}
