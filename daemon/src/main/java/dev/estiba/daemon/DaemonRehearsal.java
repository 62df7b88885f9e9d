package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EngineApi;
import dev.estiba.api.HostConfig;
import dev.estiba.api.ListOptions;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.RemoveOptions;
import dev.estiba.cli.remote.DaemonAddress;
import dev.estiba.cli.remote.DaemonClient;
import dev.estiba.cli.remote.DaemonEngine;
import dev.estiba.daemon.forward.Rehearsal;
import dev.estiba.daemon.serve.Daemon;
import dev.estiba.daemon.serve.DaemonSettings;
import dev.estiba.engine.Engine;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A daemon in directories of its own that is asked for nothing that makes a container: for the AOT cache. */
final class DaemonRehearsal {
    private static final int TIMES = 50;

    /** Nothing that makes a container: what is trained on may run where none can be. */
    private static final List<List<String>> CALLS = List.of(
            List.of("ps", "-a"),
            List.of("inspect", "nothing"),
            List.of("run", "--explain", "-m", "64m", "-e", "A=b", "hello"));

    private DaemonRehearsal() {}

    /** An exit status. */
    static int run(Consumer<String> log) {
        try {
            Path place = Files.createTempDirectory("estiba-training");
            try {
                rehearse(place, log);
            } finally {
                try (Stream<Path> files = Files.walk(place)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (IOException e) {
            log.accept("the training failed: " + e.getMessage());
            return 1;
        }
    }

    /** Once with nothing there, and once as after a kill: with a container to be found. */
    private static void rehearse(Path place, Consumer<String> log) throws IOException, InterruptedException {
        EnginePaths paths = new EnginePaths(place.resolve("data"), place.resolve("exec"));
        Path socket = place.resolve("api.sock");
        DaemonSettings settings = DaemonSettings.of(paths, List.of("unix://" + socket));
        Optional<String> made;
        try (Daemon daemon = Daemon.open(settings, log)) {
            made = made(called(paths, socket), log);
        }
        try (Daemon daemon = Daemon.open(settings, log)) {
            EngineApi engine = called(paths, socket);
            if (made.isPresent()) {
                engine.removeContainer(made.get(), new RemoveOptions(true, false, false));
            }
            Rehearsal.run(new DaemonProgram(paths, daemon.engine())::run, CALLS, log);
        }
    }

    private static EngineApi called(EnginePaths paths, Path socket) throws ApiException {
        EngineApi engine = new DaemonEngine(
                new DaemonClient(new DaemonAddress.Unix(socket)),
                why -> {
                    throw new ApiException(ApiException.SERVER_ERROR, "the daemon does not answer", why);
                },
                Engine.open(paths));
        for (int i = 0; i < TIMES; i++) {
            engine.version();
            engine.listContainers(new ListOptions(true, 0, false, Map.of()));
            inspectNothing(engine);
        }
        return engine;
    }

    /** Whoever builds need not be able to have containers. */
    private static Optional<String> made(EngineApi engine, Consumer<String> log) {
        try {
            CreateRequest request = new CreateRequest(
                    ContainerConfig.builder().image("hello").build(),
                    HostConfig.builder().networkMode("none").build(),
                    new NetworkingConfig(Map.of()));
            String id = engine.createContainer(Optional.empty(), Optional.empty(), request)
                    .id();
            ContainerInspect unused = engine.inspectContainer(id);
            return Optional.of(id);
        } catch (ApiException e) {
            log.accept("no container in the training: " + e.message());
            return Optional.empty();
        }
    }

    private static void inspectNothing(EngineApi engine) {
        try {
            engine.inspectContainer("nothing");
        } catch (ApiException e) {
            return; // there is none
        }
    }
}
