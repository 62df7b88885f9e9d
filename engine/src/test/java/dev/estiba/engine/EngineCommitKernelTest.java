package dev.estiba.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HistoryItem;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.ImageInspect;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images of containers. */
@Tag("kernel")
@Timeout(180)
class EngineCommitKernelTest {
    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = EngineRoom.rootfs(shared);
    }

    private static CommitOptions options(String name, String... changes) {
        return new CommitOptions(Optional.of(name), Optional.empty(), "A. Thor", "a message", List.of(changes), true);
    }

    private static CreateRequest of(
            EngineRoom room, String image, UnaryOperator<HostConfig.Builder> host, String... command) {
        return room.request(config -> config.image(image), host, command);
    }

    @Test
    void anImageOfAContainerRunsAndHasOneLayerMore() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String first = room.create(room.request("true"));
            String base = room.engine.commitContainer(first, options("base:1", "CMD [\"cat\", \"/etc/passwd\"]"));
            assertThat(base).startsWith("sha256:");
            assertThat(room.engine.inspectImage("base:1").layers()).hasSize(1);

            String id = room.started(of(
                    room,
                    "base:1",
                    host -> host,
                    "sh",
                    "-c",
                    "echo made > /made; /bin/busybox rm /etc/group; /bin/busybox chmod 4711 /etc/passwd; sleep 1000"));
            EngineRoom.until(() -> {
                try {
                    return room.engine.containerChanges(id).size() >= 4;
                } catch (ApiException e) {
                    return false;
                }
            });
            String second = room.engine.commitContainer(
                    id,
                    options(
                            "made:2",
                            "ENTRYPOINT [\"/bin/sh\", \"-c\"]",
                            "CMD [\"cat /made; ls /etc; stat=1; busybox stat -c %a /etc/passwd\"]",
                            "ENV A=b",
                            "LABEL l=m",
                            "EXPOSE 80",
                            "WORKDIR /tmp",
                            "USER root"));
            assertThat(room.status(id)).isEqualTo("running");
            ImageInspect image = room.engine.inspectImage(second);
            assertThat(image.layers()).hasSize(2);
            assertThat(image.layers().getFirst())
                    .isEqualTo(room.engine.inspectImage(base).layers().getFirst());
            assertThat(image.author()).isEqualTo("A. Thor");
            assertThat(image.config().env()).contains("A=b");
            assertThat(image.config().labels()).containsEntry("l", "m");
            assertThat(image.config().exposedPorts()).contains("80/tcp");
            assertThat(image.config().workingDir()).isEqualTo("/tmp");
            List<HistoryItem> history = room.engine.imageHistory("made:2");
            assertThat(history).hasSize(2);
            assertThat(history.getFirst().comment()).isEqualTo("a message");

            EngineRoom.Outcome outcome = room.run(of(room, "made:2", host -> host.autoRemove(true)));
            assertThat(outcome.out()).isEqualTo("made\nhostname\nhosts\nmtab\npasswd\nresolv.conf\n4711\n");

            String empty = room.engine.commitContainer(
                    room.create(of(room, "made:2", host -> host)), options("same:3", "ENV B=c"));
            assertThat(room.engine.inspectImage(empty).layers()).isEqualTo(image.layers());
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            room.engine.saveImages(List.of("made:2", "same:3"), List.of(), saved);
            assertThat(saved.size()).isGreaterThan(1000);
        }
    }

    @Test
    void whatAUserNamespaceHasIsRootsAgain() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            room.engine.commitContainer(room.create(room.request("true")), options("base:1"));
            UnaryOperator<HostConfig.Builder> mapped =
                    host -> host.idMappings(new IdMappings(List.of("0:3000000:65536"), List.of()));
            String id = room.started(of(
                    room,
                    "base:1",
                    mapped,
                    "sh",
                    "-c",
                    "echo x > /mine; echo y > /theirs; /bin/busybox chown 1000:1001 /theirs"));
            room.await(id);
            room.engine.commitContainer(id, options("mapped:1"));
            EngineRoom.Outcome outcome = room.run(of(
                    room,
                    "mapped:1",
                    host -> host.autoRemove(true),
                    "/bin/busybox",
                    "stat",
                    "-c",
                    "%u:%g",
                    "/mine",
                    "/theirs"));
            assertThat(outcome.out()).isEqualTo("0:0\n1000:1001\n");
        }
    }

    @Test
    void refusesWhatMakesNoImage() throws Exception {
        try (EngineRoom room = EngineRoom.open(directory, rootfs)) {
            String id = room.create(room.request("true"));
            assertThatThrownBy(() -> room.engine.commitContainer(id, options("x:1", "RUN rm -r /")))
                    .hasMessage("RUN is not a valid change command")
                    .extracting("status")
                    .isEqualTo(ApiException.BAD_REQUEST);
            assertThatThrownBy(() -> room.engine.commitContainer(id, options("X:1")))
                    .extracting("status")
                    .isEqualTo(ApiException.BAD_REQUEST);
            assertThatThrownBy(() -> room.engine.commitContainer("nobody", options("x:1")))
                    .hasMessage("No such container: nobody");
            assertThat(EngineRoom.entries(room.paths().dataRoot().resolve("content")))
                    .isEmpty();
        }
    }
}
