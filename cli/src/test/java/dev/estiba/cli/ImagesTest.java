package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code images}, {@code rmi} and {@code tag}, against an engine that has no images. */
class ImagesTest {
    private static final String ID = "sha256:0123456789abcdef";
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @BeforeEach
    void images() {
        long old = Instant.now().getEpochSecond() - 7300;
        engine.imageSummaries = List.of(
                image(List.of("busybox:1", "busybox:latest", "localhost:5000/x:y"), List.of("busybox@" + DIGEST), old),
                image(List.of(), List.of("alpine@" + DIGEST), old),
                image(List.of(), List.of(), 0));
    }

    private static ImageSummary image(List<String> tags, List<String> digests, long created) {
        return new ImageSummary(ID, tags, digests, created, 4_268_321, -1, Map.of(), -1);
    }

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void eachNameIsARow() {
        assertThat(run("images")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                REPOSITORY         TAG       IMAGE ID       CREATED       SIZE
                busybox            1         0123456789ab   2 hours ago   4.27MB
                busybox            latest    0123456789ab   2 hours ago   4.27MB
                localhost:5000/x   y         0123456789ab   2 hours ago   4.27MB
                alpine             <none>    0123456789ab   2 hours ago   4.27MB
                <none>             <none>    0123456789ab   N/A           4.27MB
                """);
        assertThat(engine.calls).containsExactly("images {}");
    }

    @Test
    void digestsStandBesideTheTags() {
        run("image", "ls", "--digests", "--no-trunc");
        assertThat(caller.printed().lines().map(line -> line.replaceAll(" {2,}", "|")))
                .contains(
                        "REPOSITORY|TAG|DIGEST|IMAGE ID|CREATED|SIZE",
                        "busybox|1|" + DIGEST + "|" + ID + "|2 hours ago|4.27MB",
                        "localhost:5000/x|y|<none>|" + ID + "|2 hours ago|4.27MB",
                        "alpine|<none>|" + DIGEST + "|" + ID + "|2 hours ago|4.27MB",
                        "<none>|<none>|<none>|" + ID + "|N/A|4.27MB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-q|0123456789ab",
                "-q --no-trunc|sha256:0123456789abcdef",
                "--format {{.Repository}}:{{.Tag}}~{{.VirtualSize}}|busybox:1 4.27MB",
                "--format {{.Digest}}|sha256:abababababababababababababababababababababababababababababababab",
                "--format {{.SharedSize}}{{.UniqueSize}}{{.Containers}}|N/AN/AN/A",
            })
    void theFirstRowIsPrintedAsAskedFor(String flags, String printed) {
        assertThat(run(("images " + flags).replace('~', ' ').split(" (?!\\{\\{\\.V)")))
                .isZero();
        assertThat(caller.printed().lines().findFirst()).contains(printed);
    }

    @Test
    void jsonIsALineARow() {
        engine.imageSummaries =
                List.of(new ImageSummary(ID, List.of("busybox:1"), List.of(), 1_727_386_302, 5000, 2000, Map.of(), 3));
        run("images", "--format", "json");
        assertThat(caller.printed())
                .matches("\\{\"Containers\":\"3\",\"CreatedAt\":\"2024-09-26 21:31:42 \\+0000 UTC\","
                        + "\"CreatedSince\":\"[^\"]+ ago\",\"Digest\":\"\\\\u003cnone\\\\u003e\",\"ID\":\"0123456789ab\","
                        + "\"Repository\":\"busybox\",\"SharedSize\":\"2kB\",\"Size\":\"5kB\",\"Tag\":\"1\","
                        + "\"UniqueSize\":\"3kB\",\"VirtualSize\":\"5kB\"}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images busybox|images {reference=[busybox]}",
                "image list -f dangling=true -f label=a=b -f label=c|images {dangling=[true], label=[a=b, c]}",
                "images --filter before=x --filter since=y --filter until=1h z|"
                        + "images {before=[x], since=[y], until=[1h], reference=[z]}",
                "tag a b:c|tag a b:c",
                "image tag a b|tag a b",
            })
    void theEngineIsAsked(String line, String call) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(engine.calls).containsExactly(call);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "images a b|1|estiba images' requires at most 1 argument",
                "images -f dangling|125|must be NAME=VALUE",
                "images --nope|125|unknown flag: --nope",
                "rmi|1|estiba rmi' requires at least 1 argument",
                "tag a|1|estiba tag' requires 2 arguments",
                "rmi --platform linux/arm64 a|1|rmi --platform is not built yet",
                "image nope|1|unknown command: estiba image nope",
                "image run|1|unknown command: estiba image run",
            })
    void aWrongCommandLineChangesNothing(String line, int status, String words) {
        assertThat(run(line.split(" "))).isEqualTo(status);
        assertThat(caller.complained()).startsWith("estiba: ").contains(words);
        assertThat(engine.calls).isEmpty();
    }

    @Test
    void removingSaysWhatIsGoneAndGoesOnAfterAFailure() {
        engine.removable.put("a", List.of(new ImageDeleted.Untagged("a:latest"), new ImageDeleted.Deleted(ID)));
        engine.removable.put("b", List.of(new ImageDeleted.Untagged("b:latest")));
        assertThat(run("rmi", "a", "nope", "b")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("Untagged: a:latest\nDeleted: " + ID + "\nUntagged: b:latest\n");
        assertThat(caller.complained()).isEqualTo("estiba: No such image: nope\n");
        assertThat(engine.calls).containsExactly("remove image a ", "remove image nope ", "remove image b ");
    }

    @Test
    void whoForcesDoesNotMindWhenThereIsNone() {
        assertThat(run("image", "rm", "-f", "nope")).isZero();
        assertThat(caller.complained()).isEqualTo("estiba: No such image: nope\n");
        engine.imagesFail = Optional.of(ApiException.conflict("conflict: a container is made of it"));
        assertThat(run("image", "remove", "-f", "a")).isEqualTo(1);
    }

    @Test
    void theGroupHasAnOverview() {
        assertThat(run("image")).isZero();
        assertThat(caller.printed())
                .startsWith("Usage:  estiba image COMMAND\n")
                .contains("\n  ls ", "\n  rm ", "\n  pull ", "\n  push ", "\n  tag ")
                .doesNotContain("\n  run ", "\n  rmi ");
        String overview = caller.printed();
        run("image", "--help");
        assertThat(caller.printed()).isEqualTo(overview);
        run("help", "image");
        assertThat(caller.printed()).isEqualTo(overview);
        run("image", "ls", "--help");
        assertThat(caller.printed()).startsWith("Usage:  estiba images [OPTIONS]");
    }

    @Test
    void imagesAreCompletedWhereOneIsMeant() {
        run("__complete", "rmi", "bu");
        assertThat(caller.printed()).isEqualTo("busybox:1\nbusybox:latest\n");
        run("__complete", "image", "tag", "loc");
        assertThat(caller.printed()).isEqualTo("localhost:5000/x:y\n");
        run("__complete", "run", "--rm", "-e", "A=b", "busybox:l");
        assertThat(caller.printed()).isEqualTo("busybox:latest\n");
        run("__complete", "run", "--rm", "busybox", "");
        assertThat(caller.printed()).isEmpty();
        run("__complete", "pull", "");
        assertThat(caller.printed()).isEmpty();
        run("__complete", "image", "pu");
        assertThat(caller.printed().lines()).containsExactlyInAnyOrder("pull", "push");
        run("__complete", "im");
        assertThat(caller.printed().lines()).contains("images", "image");
        engine.imagesFail = Optional.of(ApiException.serverError("no store"));
        run("__complete", "rmi", "");
        assertThat(caller.printed()).isEmpty();
    }
}
