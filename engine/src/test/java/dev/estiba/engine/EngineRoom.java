package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.OutputStreamName;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.Volume;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.linux.Fd;
import dev.estiba.linux.ProcessFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An engine of a test's own, an image of busybox, and what must be gone when the test is over. */
final class EngineRoom implements AutoCloseable {
    static final long PATIENCE = 60;

    private final EnginePaths paths;
    private final String image;
    private final List<Engine> others = new ArrayList<>();
    final Engine engine;

    private EngineRoom(Path directory, String image) throws IOException {
        this.paths = new EnginePaths(directory.resolve("data"), directory.resolve("exec"));
        this.image = image;
        this.engine = Engine.open(paths);
    }

    static EngineRoom open(Path directory, Path rootfs) throws IOException {
        return new EngineRoom(directory, "rootfs:" + rootfs);
    }

    /** Makes the image's tree; skips the test, with the reason, where there can be none. */
    static Path rootfs(Path directory) throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "the engine needs root");
        Optional<Path> busybox = busybox();
        assumeTrue(busybox.isPresent(), "no static busybox on this machine, nor among the peers");
        Path rootfs = Files.createDirectories(directory.resolve("rootfs"));
        for (String name : List.of("bin", "etc", "root", "tmp")) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Path program = rootfs.resolve("bin/busybox");
        // By a process of its own: a child that another thread starts meanwhile would keep it busy (execve(2),
        // ETXTBSY).
        Process cp = new ProcessBuilder("cp", "--preserve=mode", busybox.get().toString(), program.toString()).start();
        assertThat(cp.onExit().join().exitValue()).isZero();
        for (String name : "sh ls cat echo true false id sleep env hostname head tail touch stty dd kill".split(" ")) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Files.writeString(
                rootfs.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nsailor:x:1000:1001::/berth/sailor:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\ncrew:x:1001:\nwatch:x:1002:sailor\n");
        return rootfs;
    }

    private static Optional<Path> busybox() {
        Path peers = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin/busybox");
        return Stream.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"), peers)
                .filter(Files::isExecutable)
                .findFirst();
    }

    EnginePaths paths() {
        return paths;
    }

    /** Another engine on the same directories, as another process would have one. */
    Engine another() throws IOException {
        Engine other = Engine.open(paths);
        others.add(other);
        return other;
    }

    /** Another one, which stays, with its bridges in that namespace; the caller releases it. */
    Engine staying(Fd hostNetwork) throws IOException {
        Engine engine = Engine.open(paths, hostNetwork);
        engine.restore();
        return engine;
    }

    CreateRequest request(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String... command) {
        return new CreateRequest(
                config.apply(ContainerConfig.builder().image(image).cmd(List.of(command)))
                        .build(),
                host.apply(HostConfig.builder().networkMode("none")).build(),
                new NetworkingConfig(Map.of()));
    }

    CreateRequest request(String... command) {
        return request(UnaryOperator.identity(), UnaryOperator.identity(), command);
    }

    String create(CreateRequest request) throws IOException {
        return engine.createContainer(Optional.empty(), request).id();
    }

    /** A container that runs. */
    String started(CreateRequest request) throws IOException {
        String id = create(request);
        engine.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    /** What a container that was run to its end has printed, and its status. */
    record Outcome(int status, String out, String err) {}

    Outcome run(CreateRequest request) throws Exception {
        return on(engine, request);
    }

    static Outcome on(Engine engine, CreateRequest request) throws Exception {
        String id = engine.createContainer(Optional.empty(), request).id();
        CompletableFuture<WaitResponse> end = engine.waitContainer(
                id, request.hostConfig().autoRemove() ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (Attachment attachment =
                engine.attachContainer(id, new AttachOptions(false, true, true, false, true, ""))) {
            engine.startContainer(id, StartOptions.DEFAULT);
            drain(attachment, out, err);
        }
        int status = end.get(PATIENCE, TimeUnit.SECONDS).statusCode();
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Outcome run(String... command) throws Exception {
        return run(request(UnaryOperator.identity(), host -> host.autoRemove(true), command));
    }

    static void drain(Attachment attachment, ByteArrayOutputStream out, ByteArrayOutputStream err) throws IOException {
        for (Optional<Attachment.Output> next = attachment.next(); next.isPresent(); next = attachment.next()) {
            boolean isOut = next.get().stream() == OutputStreamName.STDOUT;
            (isOut ? out : err).writeBytes(next.get().bytes());
        }
    }

    String logs(String id, boolean follow) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogsOptions options = new LogsOptions(
                true, true, follow, false, false, Optional.empty(), Optional.empty(), OptionalLong.empty());
        engine.containerLogs(id, options, (_, bytes) -> out.writeBytes(bytes));
        return out.toString(StandardCharsets.UTF_8);
    }

    int await(String id) throws Exception {
        return engine.waitContainer(id, WaitCondition.NOT_RUNNING)
                .get(PATIENCE, TimeUnit.SECONDS)
                .statusCode();
    }

    String status(String id) throws IOException {
        return engine.inspectContainer(id).state().status();
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(PATIENCE).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the time is over").isLessThan(end);
            Thread.sleep(10);
        }
    }

    /** Removes every container and volume, then looks for what should have gone with them. */
    @Override
    public void close() throws Exception {
        others.forEach(Engine::release);
        for (ContainerSummary container : engine.listContainers(new ListOptions(true, 0, false, Map.of()))) {
            engine.removeContainer(container.id(), new RemoveOptions(true, false, false));
        }
        for (Volume volume : engine.listVolumes(Map.of()).volumes()) {
            engine.removeVolume(volume.name(), true);
        }
        for (Path directory : List.of(
                paths.dataRoot().resolve("containers"),
                paths.dataRoot().resolve("names"),
                paths.dataRoot().resolve("volumes"),
                paths.execRoot().resolve("containers"),
                paths.execRoot().resolve("runtime"))) {
            // What nobody waits for is removed after the answer.
            try {
                until(() -> entries(directory).isEmpty());
            } catch (AssertionError e) {
                throw new AssertionError(directory + " has " + entries(directory), e);
            }
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .noneMatch(line -> line.contains(paths.dataRoot().toString()));
    }

    static List<String> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of("unreadable: " + e);
        }
    }

    /** The container's groups, in every hierarchy. */
    static List<Path> cgroups(String id) throws IOException {
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            return hierarchies
                    .map(hierarchy -> hierarchy.resolve("estiba").resolve(id))
                    .filter(Files::exists)
                    .toList();
        }
    }
}
