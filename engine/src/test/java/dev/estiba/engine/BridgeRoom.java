package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An engine that stays, with its bridges in a network namespace of the test's own. */
final class BridgeRoom implements AutoCloseable {
    final EngineRoom room;
    final Wire wire;
    private Engine daemon;

    private BridgeRoom(EngineRoom room, Wire wire) throws IOException {
        this.room = room;
        this.wire = wire;
        this.daemon = room.staying(wire.host());
    }

    static BridgeRoom open(Path directory, Path rootfs) throws IOException {
        return new BridgeRoom(EngineRoom.open(directory, rootfs), Wire.make());
    }

    Engine daemon() {
        return daemon;
    }

    /** As after a kill: the next one finds what the former has left. */
    void another() throws IOException {
        daemon.release();
        daemon = room.staying(wire.host());
    }

    CreateRequest request(
            UnaryOperator<ContainerConfig.Builder> config, UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(config, builder -> host.apply(builder.networkMode("default")), command);
    }

    CreateRequest sleeping(UnaryOperator<HostConfig.Builder> host) {
        return request(UnaryOperator.identity(), host, "sleep", "1000");
    }

    String created(String name, CreateRequest request) throws IOException {
        return daemon.createContainer(Optional.of(name), request).id();
    }

    String started(String name, CreateRequest request) throws IOException {
        String id = created(name, request);
        daemon.startContainer(id, StartOptions.DEFAULT);
        return id;
    }

    void network(String name) throws IOException {
        daemon.createNetwork(NetworkCreateRequest.builder().name(name).build());
    }

    String output(CreateRequest request) throws Exception {
        return EngineRoom.on(daemon, request).out();
    }

    /** What a program in a running container says. */
    String exec(String id, String... command) throws Exception {
        ExecCreateRequest request = ExecCreateRequest.builder()
                .attachStdout(true)
                .attachStderr(true)
                .cmd(List.of(command))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Attachment attachment = daemon.startExec(
                daemon.createExec(id, request), new ExecStartRequest(false, false, Optional.empty()))) {
            EngineRoom.drain(attachment, out, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    EndpointSettings endpoint(String id, String network) throws IOException {
        return daemon.inspectContainer(id).networkSettings().networks().get(network);
    }

    void ended(String id) throws Exception {
        WaitResponse unused =
                daemon.waitContainer(id, WaitCondition.NOT_RUNNING).get(EngineRoom.PATIENCE, TimeUnit.SECONDS);
    }

    void kill(String id) throws Exception {
        daemon.killContainer(id, "KILL");
        ended(id);
    }

    /** Removes all containers, and looks for what should have gone with them. */
    @Override
    public void close() throws Exception {
        try {
            for (String id : EngineRoom.entries(room.paths().dataRoot().resolve("containers"))) {
                removed(id);
            }
            room.close();
            EngineRoom.until(() -> ports().isEmpty());
        } finally {
            daemon.release();
            wire.close();
        }
    }

    /** One that was to go by itself may have gone meanwhile. */
    private void removed(String id) throws IOException {
        try {
            daemon.removeContainer(id, new RemoveOptions(true, false, false));
        } catch (ApiException e) {
            assertThat(e.status()).as(e.message()).isEqualTo(ApiException.NOT_FOUND);
        }
    }

    /** The host's ends of containers' pairs. */
    private List<String> ports() {
        try {
            return Wire.devices(wire.host()).stream()
                    .filter(name -> name.startsWith("estv"))
                    .toList();
        } catch (IOException e) {
            return List.of("unreadable: " + e);
        }
    }
}
