package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.GraphDriver;
import dev.estiba.api.HistoryItem;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImagesPruned;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code history}, {@code inspect}, {@code image prune} and {@code image cp}, against an engine that has no images. */
class ImageDetailsTest {
    private static final String ID = "sha256:0123456789abcdef";

    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @BeforeEach
    void images() {
        engine.images.put("i", image("i"));
        engine.images.put("both", image("both"));
        engine.containers.put(
                "both", ContainerInspect.builder().id("c").name("/both").build());
        String step = "/bin/sh -c #(nop) ADD file:0123456789 in /\tand more";
        engine.history = List.of(
                new HistoryItem(
                        ID, Instant.now().getEpochSecond() - 7300, "CMD [\"sh\"]", List.of("a:1"), 0, "a comment"),
                new HistoryItem("<missing>", 1_727_386_302, step, List.of(), 4_268_321, ""));
    }

    private static ImageInspect image(String name) {
        return new ImageInspect(
                "sha256:" + name,
                new ImageInspect.ContentDescriptor("application/vnd.oci.image.index.v1+json", "sha256:12", 10),
                List.of(name + ":latest"),
                List.of(),
                "",
                "2026-01-01T00:00:00Z",
                "",
                ContainerConfig.NOTHING,
                "amd64",
                "",
                "linux",
                "",
                123,
                new GraphDriver(Map.of(), "overlay2"),
                List.of("sha256:34"),
                "",
                List.of(),
                List.of());
    }

    private int run(String... words) {
        String typed = caller.arguments.isEmpty() ? "" : caller.arguments.getFirst();
        caller = new FakeCaller(words);
        caller.in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        caller.directory = Path.of("/there");
        return new EstibaProgram(engine).run(caller);
    }

    private int runAnswering(String answer, String... words) {
        caller = new FakeCaller(answer);
        return run(words);
    }

    @Test
    void historyHasDockersColumns() {
        assertThat(run("history", "a")).isZero();
        assertThat(caller.printed().lines().map(line -> line.replaceAll("[0-9]+ (months|years) ago", "then")))
                .map(line -> line.replaceAll(" {3,}", "|"))
                .containsExactly(
                        "IMAGE|CREATED|CREATED BY|SIZE|COMMENT",
                        "0123456789ab|2 hours ago|CMD [\"sh\"]|0B|a comment",
                        "<missing>|then|/bin/sh -c #(nop) ADD file:0123456789 in / a…|4.27MB|");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-q|<missing>",
                "--format {{.CreatedBy}} --no-trunc|/bin/sh -c #(nop) ADD file:0123456789 in / and more",
                "-H=false --format {{.Size}}|4268321",
                "-H=false --format {{.CreatedSince}}|2024-09-26T21:31:42Z",
            })
    void historyPrintsWhatIsAskedFor(String flags, String last) {
        assertThat(run(("image history a " + flags).split(" "))).isZero();
        assertThat(caller.printed()).endsWith("\n" + last + "\n");
        assertThat(engine.calls).containsExactly("history a");
    }

    @Test
    void historyAsJson() {
        run("history", "--format", "json", "--human=false", "a");
        assertThat(caller.printed())
                .endsWith(
                        "{\"Comment\":\"\",\"CreatedAt\":\"2024-09-26T21:31:42Z\","
                                + "\"CreatedBy\":\"/bin/sh -c #(nop) ADD file:0123456789 in / a…\","
                                + "\"CreatedSince\":\"2024-09-26T21:31:42Z\",\"ID\":\"\\u003cmissing\\u003e\",\"Size\":\"4268321\"}\n");
    }

    @Test
    void inspectFindsContainersBeforeImages() {
        assertThat(run("inspect", "both", "i")).isZero();
        assertThat(caller.printed())
                .startsWith("[\n    {\n        \"Id\": \"c\",\n")
                .contains("\n    },\n    {\n        \"Id\": \"sha256:i\",\n")
                .endsWith("\n    }\n]\n");
        run("inspect", "--format", "json", "both", "i");
        assertThat(caller.printed())
                .startsWith("[{\"Id\":\"c\",")
                .contains("},{\"Id\":\"sha256:i\"")
                .endsWith("}]\n");
        run("inspect", "-f", "{{.Id}}", "both", "i");
        assertThat(caller.printed()).isEqualTo("c\nsha256:i\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inspect --type image both|sha256:both|''",
                "inspect --type container both|c|''",
                "image inspect both|sha256:both|''",
                "container inspect both|c|''",
                "inspect nope|''|Error: No such object: nope",
                "inspect --type image nope|''|estiba: No such image: nope",
                "image inspect nope i|sha256:i|estiba: No such image: nope",
                "container inspect i|''|estiba: No such container: i",
                "inspect --type volume i|''|estiba: get i: no such volume",
                "inspect --type task i|''|estiba: inspect --type task is not built yet: "
                        + "there are only containers, images, networks and volumes",
            })
    void inspectFindsWhatIsAskedFor(String line, String id, String complaint) {
        assertThat(run((line + " -f {{.Id}}").split(" "))).isEqualTo(complaint.isEmpty() ? 0 : 1);
        assertThat(caller.printed()).isEqualTo(id.isEmpty() ? "" : id + "\n");
        assertThat(caller.complained()).isEqualTo(complaint.isEmpty() ? "" : complaint + "\n");
    }

    @Test
    void aFailureIsNoAbsence() {
        engine.imagesFail = Optional.of(ApiException.serverError("the store is broken"));
        assertThat(run("inspect", "i")).isEqualTo(1);
        assertThat(caller.complained()).isEqualTo("estiba: the store is broken\n");
    }

    @Test
    void pruneAsksBefore() {
        assertThat(runAnswering("n\n", "image", "prune")).isEqualTo(1);
        assertThat(caller.printed())
                .isEqualTo("WARNING! This will remove all dangling images.\n"
                        + "Are you sure you want to continue? [y/N] ");
        assertThat(caller.complained()).isEqualTo("estiba: image prune has been cancelled\n");
        assertThat(runAnswering("", "image", "prune", "-a")).isEqualTo(1);
        assertThat(caller.printed()).startsWith("WARNING! This will remove all images without at least one container");
        assertThat(engine.calls).isEmpty();
        assertThat(runAnswering("Y\nrest", "image", "prune")).isZero();
        assertThat(caller.printed()).endsWith("[y/N] Total reclaimed space: 0B\n");
        assertThat(engine.calls).containsExactly("prune {dangling=[true]}");
    }

    @Test
    void pruneSaysWhatIsGone() {
        engine.pruned =
                new ImagesPruned(List.of(new ImageDeleted.Untagged("a:1"), new ImageDeleted.Deleted(ID)), 4_268_321);
        assertThat(run("image", "prune", "-a", "-f", "--filter", "until=24h", "--filter", "label!=keep"))
                .isZero();
        assertThat(caller.printed())
                .isEqualTo("Deleted Images:\nuntagged: a:1\ndeleted: " + ID + "\n\nTotal reclaimed space: 4.268MB\n");
        assertThat(engine.calls).containsExactly("prune {until=[24h], label!=[keep], dangling=[false]}");
    }

    @Test
    void copyGoesFromPlaceToPlace() {
        assertThat(run("image", "cp", "--platform", "linux/arm64", "--referrers", "docker://a", "oci:b:c"))
                .isZero();
        assertThat(run("image", "cp", "a", "oci-archive:x.tar")).isZero();
        assertThat(engine.calls)
                .containsExactly(
                        "copy docker://a oci:b:c /there [linux/arm64] referrers", "copy a oci-archive:x.tar /there []");
        assertThat(run("image", "cp", "a")).isEqualTo(1);
        assertThat(caller.complained()).contains("'estiba image cp' requires 2 arguments");
    }
}
