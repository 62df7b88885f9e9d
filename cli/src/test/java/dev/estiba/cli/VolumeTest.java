package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.DiskUsage;
import dev.estiba.api.Volume;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code volume}, against an engine that makes none. */
class VolumeTest {
    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    private static Volume volume(String name) {
        return new Volume(
                "2026-11-27T12:00:00Z",
                "local",
                Map.of("colour", "blue"),
                "/there/" + name,
                name,
                Map.of(),
                "local",
                Optional.empty());
    }

    @Test
    void whatIsSaidOfANewOneIsAskedFor() {
        assertThat(run("volume create -d local --label colour=blue -o type=tmpfs -o device=tmpfs -o o=size=1m mine"
                        .split(" ")))
                .isZero();
        assertThat(caller.printed()).isEqualTo("mine\n");
        assertThat(engine.volumeBodies)
                .containsExactly(new VolumeCreateRequest(
                        "local",
                        Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=1m"),
                        Map.of("colour", "blue"),
                        "mine"));
        assertThat(run("volume", "create")).isZero();
        assertThat(engine.volumeBodies.getLast()).isEqualTo(new VolumeCreateRequest("local", Map.of(), Map.of(), ""));
        assertThat(run("volume", "create", "a", "b")).isEqualTo(1);
    }

    @Test
    void theyAreListedByTheirNames() {
        engine.volumes.addAll(List.of(volume("two"), volume("one")));
        assertThat(run("volume", "ls")).isZero();
        assertThat(caller.printed()).isEqualTo("DRIVER    VOLUME NAME\nlocal     one\nlocal     two\n");
        assertThat(run("volume", "ls", "-q")).isZero();
        assertThat(caller.printed()).isEqualTo("one\ntwo\n");
        assertThat(run("volume", "ls", "--format", "{{.Mountpoint}} {{.Labels}}"))
                .isZero();
        assertThat(caller.printed()).isEqualTo("/there/one colour=blue\n/there/two colour=blue\n");
        assertThat(run("volume", "ls", "--format", "json")).isZero();
        assertThat(caller.printed())
                .startsWith(
                        "{\"Availability\":\"N/A\",\"Driver\":\"local\",\"Group\":\"N/A\",\"Labels\":\"colour=blue\","
                                + "\"Links\":\"N/A\",\"Mountpoint\":\"/there/one\",\"Name\":\"one\",\"Scope\":\"local\","
                                + "\"Size\":\"N/A\",\"Status\":\"N/A\"}\n");
    }

    @Test
    void theyAreInspected() {
        engine.volumes.add(volume("one"));
        for (String words : List.of("volume inspect", "inspect", "inspect --type volume")) {
            assertThat(run((words + " -f {{.Mountpoint}} one").split(" "))).isZero();
            assertThat(caller.printed()).isEqualTo("/there/one\n");
        }
        assertThat(run("volume", "inspect", "nope")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("[]\n");
        assertThat(caller.complained()).isEqualTo("estiba: get nope: no such volume\n");
    }

    @Test
    void theyAreRemovedOneByOneAndTogether() {
        engine.volumes.addAll(List.of(volume("one"), volume("two")));
        assertThat(run("volume", "rm", "one", "nope")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("one\n");
        assertThat(caller.complained()).isEqualTo("estiba: get nope: no such volume\n");
        assertThat(run("volume", "rm", "-f", "nope")).isZero();
        assertThat(run("volume", "prune", "-f")).isZero();
        assertThat(caller.printed()).isEqualTo("Deleted Volumes:\ntwo\n\nTotal reclaimed space: 1.234kB\n");
        assertThat(run("volume", "prune", "-af", "--filter", "until=24h")).isZero();
        assertThat(engine.calls).contains("prune volumes {}", "prune volumes {until=[24h], all=[true]}");
        assertThat(run("volume", "prune", "-a", "--filter", "all=1")).isEqualTo(1);
    }

    @Test
    void theirSizesAreCounted() {
        engine.usage = new DiskUsage(0, 0, List.of(), List.of())
                .with(List.of(
                        volume("one").with(new VolumeUsage(3000, 1)),
                        volume("two").with(new VolumeUsage(1000, 0))));
        assertThat(run("system", "df")).isZero();
        assertThat(caller.printed()).contains("Local Volumes   2         1         4kB       1kB (25%)\n");
        assertThat(run("system", "df", "-v")).isZero();
        assertThat(caller.printed())
                .contains("VOLUME NAME   LINKS     SIZE\none           1         3kB\ntwo           0         1kB\n");
    }
}
