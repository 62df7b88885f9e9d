package dev.estiba.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageDiff.Change;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ImageTree;
import dev.estiba.api.ImageTree.FileChange;
import dev.estiba.api.ImageTree.Layer;
import dev.estiba.api.ImageTree.Tally;
import dev.estiba.api.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code image tree}, {@code image diff}, {@code system df}, and what is said of collections. */
class ImageInsidesTest {
    private static final Tally NOTHING = new Tally(0, 0);
    private static final String ID = "sha256:" + "01".repeat(32);
    private static final ImageDiff SAME = new ImageDiff(
            new ImageDiff.Side("a", ID, 10),
            new ImageDiff.Side("b", ID, 20),
            NOTHING,
            NOTHING,
            NOTHING,
            List.of(),
            List.of(),
            List.of());

    private final FakeEngine engine = new FakeEngine();
    private FakeCaller caller = new FakeCaller();

    @BeforeEach
    void images() {
        engine.tree = Optional.of(new ImageTree(
                ID,
                List.of("busybox:1"),
                2500,
                500,
                Instant.now().minusSeconds(7300).toString(),
                List.of(
                        new Layer(
                                "sha256:" + "ab".repeat(32),
                                0,
                                "ADD\tfile",
                                2000,
                                500,
                                new Tally(4, 2000),
                                NOTHING,
                                NOTHING,
                                List.of()),
                        new Layer(
                                "sha256:" + "cd".repeat(32),
                                0,
                                "RUN something that is long enough to be cut where it does not fit",
                                500,
                                0,
                                NOTHING,
                                new Tally(1, 500),
                                new Tally(2, 10),
                                List.of(new FileChange("changed", "/etc/passwd", 500))))));
    }

    private int run(String... words) {
        caller = new FakeCaller(words);
        return new EstibaProgram(engine).run(caller);
    }

    @Test
    void aTreeIsATableOfLayers() {
        assertThat(run("image", "tree", "busybox")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                busybox:1 (010101010101): 2.5kB in 2 layers, last used 2 hours ago
                500B wasted: efficiency 80.0 %

                LAYER          SIZE   ADDED     CHANGED    REMOVED   WASTED   STEP
                abababababab   2kB    4 (2kB)   0          0         500B     ADD file
                cdcdcdcdcdcd   500B   0         1 (500B)   2 (10B)   0B       RUN something that is long enough to be cut …
                """);
        assertThat(engine.calls).containsExactly("tree busybox - 0");
    }

    @Test
    void aTreeFitsTheTerminal() {
        caller = new FakeCaller("image", "tree", "busybox");
        caller.terminals = Set.of(1);
        caller.size = Optional.of(new WindowSize(24, 80));
        assertThat(new EstibaProgram(engine).run(caller)).isZero();
        assertThat(caller.printed().lines()).allMatch(line -> line.length() <= 80);
        run("image", "tree", "--no-trunc", "busybox");
        assertThat(caller.printed()).contains("ab".repeat(32), "where it does not fit\n");
    }

    @Test
    void aTreeListsFilesWhenAsked() {
        run("image", "tree", "--files", "--limit", "5", "--platform", "linux/arm64", "busybox");
        assertThat(caller.printed()).endsWith("\n\ncdcdcdcdcdcd\n  C  500B  /etc/passwd\n  and 2 more (--limit)\n");
        assertThat(engine.calls).containsExactly("tree busybox linux/arm64 5");
    }

    @Test
    void aTreeAsJson() {
        run("image", "tree", "--format", "json", "busybox");
        assertThat(caller.printed())
                .startsWith("{\"Id\":\"" + ID + "\",\"RepoTags\":[\"busybox:1\"],\"Size\":2500,\"Wasted\":500,"
                        + "\"Efficiency\":0.8,\"LastUsed\":\"")
                .contains("\"Changed\":{\"Entries\":1,\"Bytes\":500}")
                .endsWith("\"Files\":[{\"Kind\":\"changed\",\"Path\":\"/etc/passwd\",\"Bytes\":500}]}]}\n");
        run("image", "tree", "--format", "{{.Wasted}}", "busybox");
        assertThat(caller.printed()).isEqualTo("500\n");
    }

    @Test
    void equalImagesAreSaidByTheStatusAlone() {
        engine.diff = Optional.of(SAME);
        assertThat(run("image", "diff", "a", "b")).isZero();
        assertThat(caller.printed()).isEmpty();
        assertThat(engine.calls).containsExactly("diff a b 100");
    }

    @Test
    void differencesAreListedAndTheStatusIsOne() {
        engine.diff = Optional.of(new ImageDiff(
                SAME.before(),
                SAME.after(),
                new Tally(1, 5),
                new Tally(2, 7),
                NOTHING,
                List.of(
                        new ImageDiff.File("added", "/n", "", "-rw-r--r-- 0:0 5", 5),
                        new ImageDiff.File("changed", "/m", "-rw-r--r-- 0:0 7", "-rwxr-xr-x 0:0 7", 7)),
                List.of(new Change("Env A", "\"1\"", "\"2\""), new Change("User", "", "me\u001b[2J")),
                List.of(new Change("bash", "5.1", ""))));
        assertThat(run("image", "diff", "a", "b")).isEqualTo(1);
        assertThat(caller.printed()).isEqualTo("""
                Settings:
                  C  Env A "1" -> "2"
                  A  User me [2J

                Packages:
                  D  bash 5.1

                Files:
                  A  5B  /n
                  C  7B  /m (-rw-r--r-- 0:0 7 => -rwxr-xr-x 0:0 7)
                  and 1 more (--limit)

                1 (5B) added, 2 (7B) changed, 0 removed; 10B -> 20B
                """);
        assertThat(run("image", "diff", "-q", "a", "b")).isEqualTo(1);
        assertThat(caller.printed()).isEmpty();
        run("image", "diff", "--format", "json", "a", "b");
        assertThat(caller.printed()).contains("\"Packages\":[{\"Name\":\"bash\",\"Before\":\"5.1\",\"After\":\"\"}]");
    }

    @Test
    void troubleIsTwo() {
        engine.imagesFail = Optional.of(ApiException.notFound("No such image: a:latest"));
        assertThat(run("image", "diff", "a", "b")).isEqualTo(2);
        assertThat(caller.complained()).isEqualTo("estiba: No such image: a:latest\n");
        assertThat(run("image", "diff", "a")).isEqualTo(2);
        assertThat(caller.complained()).contains("requires 2 arguments");
    }

    @Test
    void theDisksUseIsDockersTable() {
        engine.usage = usage();
        assertThat(run("system", "df")).isZero();
        assertThat(caller.printed()).isEqualTo("""
                TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE
                Images          2         1         10kB      4kB (40%)
                Containers      2         1         300B      100B (33%)
                Local Volumes   0         0         0B        0B
                Build Cache     0         0         0B        0B
                """);
        run("system", "df", "--format", "{{.Type}}: {{.Reclaimable}}");
        assertThat(caller.printed()).startsWith("Images: 4kB (40%)\nContainers: 100B (33%)\n");
        run("system", "df", "--format", "json");
        assertThat(caller.printed())
                .startsWith("{\"Active\":\"1\",\"Reclaimable\":\"4kB (40%)\",\"Size\":\"10kB\",\"TotalCount\":\"2\","
                        + "\"Type\":\"Images\"}\n");
    }

    private static DiskUsage usage() {
        ImageSummary one = new ImageSummary(ID, List.of("a:1"), List.of(), 0, 6000, 2000, Map.of(), 1);
        ImageSummary other = new ImageSummary(ID, List.of("b:1"), List.of(), 0, 6000, 2000, Map.of(), 0);
        return new DiskUsage(
                10_000,
                4000,
                List.of(one, other),
                List.of(
                        ContainerSummary.builder()
                                .id("c")
                                .state("running")
                                .sizeRw(200)
                                .build(),
                        ContainerSummary.builder()
                                .id("d")
                                .state("exited")
                                .sizeRw(100)
                                .build()));
    }

    @Test
    void theDisksUseOfEach() {
        engine.usage = usage();
        assertThat(run("system", "df", "-v")).isZero();
        assertThat(caller.printed().lines().map(line -> line.replaceAll(" {2,}", "|")))
                .contains(
                        "Images space usage:",
                        "REPOSITORY|TAG|IMAGE ID|CREATED|SIZE|SHARED SIZE|UNIQUE SIZE|CONTAINERS",
                        "a|1|010101010101|N/A|6kB|2kB|4kB|1",
                        "CONTAINER ID|IMAGE|COMMAND|LOCAL VOLUMES|SIZE|CREATED|STATUS|NAMES",
                        "VOLUME NAME|LINKS|SIZE");
        assertThat(run("system", "nope")).isEqualTo(1);
        assertThat(caller.complained()).contains("See 'estiba system --help'");
        assertThat(run("system")).isZero();
        assertThat(caller.printed()).contains("df").contains("prune");
    }

    @Test
    void theLastUseIsShownWhenItIsAskedFor() {
        long used = Instant.now().getEpochSecond() - 7300;
        engine.imageSummaries = List.of(
                new ImageSummary(ID, List.of("a:1"), List.of(), 0, 1, -1, Map.of(), -1, used),
                new ImageSummary(ID, List.of("b:1"), List.of(), 0, 1, -1, Map.of(), -1));
        run("image", "ls", "--format", "{{.Tag}} {{.LastUsed}}");
        assertThat(caller.printed()).isEqualTo("1 2 hours ago\n1 N/A\n");
        run("image", "ls", "--format", "json");
        assertThat(caller.printed()).doesNotContain("LastUsed");
    }

    @Test
    void pruneByUse() {
        assertThat(run("image", "prune", "-a", "-f", "--filter", "unused=240h", "--keep-last", "3"))
                .isZero();
        assertThat(engine.calls).containsExactly("prune {unused=[240h], dangling=[false], keep-last=[3]}");
    }

    @Test
    void whatWasCollectedIsNoPartOfThePull() {
        engine.progress.add(Progress.of("Status: done"));
        engine.progress.add(Progress.of(Progress.COLLECTED + "1 MB"));
        assertThat(run("pull", "a:1")).isZero();
        assertThat(caller.printed()).contains("Status: done").doesNotContain("Collected");
        assertThat(caller.complained()).isEqualTo("Collected 1 MB\n");
        run("pull", "-q", "a:1");
        assertThat(caller.complained()).isEqualTo("Collected 1 MB\n");
    }
}
