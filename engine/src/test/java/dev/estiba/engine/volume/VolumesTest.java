package dev.estiba.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.estiba.api.ApiException;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.store.Projects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumesTest {
    @TempDir
    Path root;

    private final Map<String, List<String>> users = new HashMap<>();
    private Volumes volumes = new Volumes(Path.of("/"), new Events(Path.of("/")), () -> users);

    @BeforeEach
    void open() {
        volumes = new Volumes(root, new Events(root), () -> users);
    }

    private Volume make(String name, Map<String, String> options) throws IOException {
        return volumes.create(new VolumeCreateRequest("", options, Map.of(), name));
    }

    private List<String> named(Map<String, List<String>> filters) throws IOException {
        return volumes.list(filters).volumes().stream().map(Volume::name).toList();
    }

    private Path directory(String name) {
        return root.resolve("volumes").resolve(name);
    }

    @Test
    void oneIsMadeOnceAndIsThenTheSame() throws Exception {
        Volume made = volumes.create(new VolumeCreateRequest("local", Map.of(), Map.of("colour", "blue"), "one"));
        assertThat(made.mountpoint()).isEqualTo(directory("one/_data").toString());
        assertThat(Path.of(made.mountpoint())).isDirectory();
        assertThat(made.createdAt()).matches("[0-9-]{10}T[0-9:]{8}Z");
        assertThat(make("one", Map.of())).isEqualTo(made);
        assertThat(volumes.inspect("one")).isEqualTo(made);
        Volume unnamed = make("", Map.of());
        assertThat(unnamed.name()).matches("[0-9a-f]{64}");
        assertThat(unnamed.labels()).containsKey(VolumeNames.ANONYMOUS);
        assertThatThrownBy(() -> make("one", Map.of("type", "tmpfs", "device", "tmpfs")))
                .hasMessageStartingWith("create one: a volume of that name is there with other options")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(409));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type | 400 | create one: missing required option: \"device\"",
                "device | 400 | create one: missing required option: \"type\"",
                "o | 400 | create one: missing required option: \"device\"",
                "colour | 400 | create one: invalid option: \"colour\"",
                "size | 400 | create one: invalid size: 'x'",
            })
    void optionsThatMakeNoSenseAreRefused(String option, int status, String message) {
        assertThatThrownBy(() -> make("one", Map.of(option, "x")))
                .hasMessage(message)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(status));
        assertThat(directory("one")).doesNotExist();
    }

    /** The machines that this is built on have no quotas of projects; the tests' virtual machines do. */
    @Test
    void whereThereAreNoQuotasNobodyPromisesOne() throws Exception {
        assumeFalse(new Projects(directory("one").getParent().getParent()).areLimited(), "there are quotas here");
        assertThatThrownBy(() -> make("one", Map.of("size", "10m")))
                .hasMessage("create one: quota size requested but no quota support"
                        + " (a tmpfs has one: type=tmpfs, device=tmpfs, o=size=100m)");
        assertThatThrownBy(() -> make("one", Map.of("size", "10m", "type", "tmpfs", "device", "tmpfs")))
                .hasMessage("create one: size= limits a directory of the engine's own, and this volume is none");
        assertThat(make("none", Map.of("size", "0")).options()).containsEntry("size", "0");
    }

    @Test
    void whatIsNotBuiltOrNotThereIsRefusedByName() {
        assertThatThrownBy(() -> make("one", Map.of("type", "nfs", "device", ":/x", "o", "addr=10.0.0.1")))
                .hasMessage("not built yet: volumes of type nfs");
        assertThatThrownBy(() -> make("one", Map.of("type", "none", "device", "/x", "o", "bind,ro")))
                .hasMessageStartingWith("not built yet: the option ro of a volume that is a directory of the host");
        assertThatThrownBy(() -> make("one", Map.of("type", "none", "device", "x", "o", "bind")))
                .hasMessage("create one: the directory of a bind is an absolute path, and not x");
        assertThatThrownBy(() -> volumes.create(new VolumeCreateRequest("tape", Map.of(), Map.of(), "one")))
                .hasMessage("create one: error looking up volume plugin tape: plugin \"tape\" not found")
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void aListIsFiltered() throws Exception {
        volumes.create(new VolumeCreateRequest("", Map.of(), Map.of("colour", "blue", "a", "b"), "blue"));
        volumes.create(new VolumeCreateRequest("", Map.of(), Map.of("colour", "red"), "red"));
        users.put("red", List.of("c"));
        assertThat(named(Map.of())).containsExactly("blue", "red");
        assertThat(named(Map.of("name", List.of("lu")))).containsExactly("blue");
        assertThat(named(Map.of("label", List.of("colour")))).containsExactly("blue", "red");
        assertThat(named(Map.of("label", List.of("colour=blue", "a=b")))).containsExactly("blue");
        assertThat(named(Map.of("label", List.of("colour=blue", "colour=red")))).isEmpty();
        assertThat(named(Map.of("driver", List.of("local")))).hasSize(2);
        assertThat(named(Map.of("driver", List.of("tape")))).isEmpty();
        assertThat(named(Map.of("dangling", List.of("true")))).containsExactly("blue");
        assertThat(named(Map.of("dangling", List.of("0")))).containsExactly("red");
        assertThatThrownBy(() -> named(Map.of("dangling", List.of("x")))).hasMessage("invalid filter 'dangling=[x]'");
        assertThatThrownBy(() -> named(Map.of("colour", List.of("x")))).hasMessage("invalid filter 'colour'");
    }

    @Test
    void pruningTakesWhatNobodyHasNamedAndNobodyWants() throws Exception {
        make("named", Map.of());
        volumes.create(new VolumeCreateRequest("", Map.of(), Map.of("keep", ""), "kept"));
        String unnamed = make("", Map.of()).name();
        String used = make("", Map.of()).name();
        users.put(used, List.of("c"));
        Files.writeString(directory(unnamed).resolve("_data/file"), "four");
        assertThat(volumes.prune(Map.of("until", List.of("1h"))).volumesDeleted())
                .isEmpty();
        var pruned = volumes.prune(Map.of());
        assertThat(pruned.volumesDeleted()).containsExactly(unnamed);
        assertThat(pruned.spaceReclaimed()).isEqualTo(4);
        assertThat(volumes.prune(Map.of("all", List.of("true"), "label!", List.of("keep")))
                        .volumesDeleted())
                .containsExactly("named");
        assertThat(volumes.prune(Map.of("all", List.of("1"), "until", List.of("2100-01-01T00:00:00Z")))
                        .volumesDeleted())
                .containsExactly("kept");
        assertThat(named(Map.of())).containsExactly(used);
        assertThatThrownBy(() -> volumes.prune(Map.of("dangling", List.of("true"))))
                .hasMessage("invalid filter 'dangling'");
    }

    @Test
    void whatGoesWithAContainerGoesWhenThatOneIsNoMore() throws Exception {
        volumes.ensure(new VolumeCreateRequest("", Map.of(), Map.of(), "with-one"), Optional.of("one"));
        volumes.ensure(new VolumeCreateRequest("", Map.of(), Map.of(), "with-two"), Optional.of("two"));
        make("mine", Map.of());
        volumes.sweep("two"::equals);
        assertThat(named(Map.of())).containsExactly("mine", "with-two");
    }

    @Test
    void aDamagedRecordIsInNobodysWay() throws Exception {
        make("good", Map.of());
        make("damaged", Map.of());
        Files.writeString(directory("damaged").resolve("volume.json"), "{");
        assertThat(named(Map.of())).containsExactly("good");
        assertThatThrownBy(() -> volumes.inspect("damaged")).hasMessageContaining("is damaged");
        assertThat(directory("damaged/_data")).isDirectory();
    }
}
