package dev.estiba.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImageSummary;
import dev.estiba.content.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When images were used, and which of them go. */
@Tag("kernel")
class CollectingKernelTest {
    private static final Duration OLD = Duration.ofDays(40);

    @TempDir
    Path directory;

    private OwnImages own;

    @BeforeEach
    void open() throws IOException {
        own = new OwnImages(directory);
    }

    /** On a disk with much room, whatever this machine's has. */
    private List<String> collected() {
        return collected(0);
    }

    private List<String> collected(long lacks) {
        List<String> told = new ArrayList<>();
        new Collecting(own.images, () -> List.copyOf(own.users), _ -> lacks)
                .run(progress -> told.add(progress.status()));
        return told;
    }

    private void policy(String text) throws IOException {
        Files.writeString(directory.resolve("images.conf"), text);
    }

    /** Two of 100 kB without a name, and two with one; all are old. */
    private List<StoredImage> four() throws IOException {
        List<StoredImage> four =
                List.of(own.bring(100_000), own.bring(100_001), own.bring(100_002, "a:1"), own.bring(100_003, "a:2"));
        for (int i = 0; i < 4; i++) {
            own.age(four.get(i), OLD.minusDays(i));
        }
        return four;
    }

    private List<Boolean> stay(List<StoredImage> all) throws IOException {
        List<Boolean> stay = new ArrayList<>();
        for (StoredImage each : all) {
            stay.add(own.has(each));
        }
        return stay;
    }

    @Test
    void withinTheBudgetNothingGoes() throws IOException {
        List<StoredImage> four = four();
        policy("budget = 1GB\n");
        assertThat(collected()).isEmpty();
        assertThat(stay(four)).containsOnly(true);
    }

    @Test
    void aFullDiskTakesThoseWithoutANameAndNoOthers() throws IOException {
        List<StoredImage> four = four();
        assertThat(collected(50_000)).singleElement().asString().contains("the disk is nearly full");
        assertThat(stay(four)).containsExactly(false, true, true, true);
        collected(1L << 40);
        assertThat(stay(four)).containsExactly(false, false, true, true);
        assertThat(Collecting.lacks(directory)).isNotNegative();
    }

    @Test
    void whoHasNoNameGoesFirstAndTheOneThatWasUnusedForLongestAsTheFirst() throws IOException {
        List<StoredImage> four = four();
        policy("# of this store\nbudget = 350kB\n");
        assertThat(collected())
                .singleElement()
                .asString()
                .startsWith("Collected 0.1 MB of " + four.getFirst().id().shortened());
        assertThat(stay(four)).containsExactly(false, true, true, true);
    }

    @Test
    void aNameProtectsUnlessThePolicyIsLru() throws IOException {
        List<StoredImage> four = four();
        policy("budget = 1B\n");
        collected();
        assertThat(stay(four)).containsExactly(false, false, true, true);
        assertThat(collected()).isEmpty();
        own.age(four.getLast(), Duration.ofDays(29));
        policy("budget = 1B\npolicy = lru\n");
        collected();
        assertThat(stay(four)).containsExactly(false, false, false, true);
    }

    @Test
    void aContainerProtectsAndSoDoesTheLastHour() throws IOException {
        List<StoredImage> four = four();
        own.users.add(new ImageUsers.User("c", four.getFirst().id().toString(), false));
        own.store().images().use(four.get(1).root().digest());
        policy("budget = 1B\n");
        assertThat(collected()).isEmpty();
        assertThat(stay(four)).containsOnly(true);
    }

    @Test
    void offIsOffAndWhatCannotBeUnderstoodTakesNothingAway() throws IOException {
        List<StoredImage> four = four();
        policy("budget = 1B\npolicy = off\n");
        assertThat(collected()).isEmpty();
        policy("budget = much\n");
        assertThat(collected())
                .singleElement()
                .asString()
                .startsWith("Collected nothing: ")
                .contains("budget = much");
        assertThat(stay(four)).containsOnly(true);
    }

    @Test
    void sizesAreRead() throws IOException {
        policy("budget=1.5TiB");
        assertThat(CollectionPolicy.read(directory.resolve("images.conf")).budget())
                .hasValue((1L << 40) * 3 / 2);
        policy("budget = 20 GB # of 100");
        assertThat(CollectionPolicy.read(directory.resolve("images.conf")).budget())
                .hasValue(20_000_000_000L);
        policy("nope = 1");
        assertThatThrownBy(() -> CollectionPolicy.read(directory.resolve("images.conf")))
                .hasMessageContaining("there are policy and budget");
    }

    @Test
    void aContainersMakingIsAUse() throws IOException {
        StoredImage image = own.bring(10, "a:1");
        own.age(image, OLD);
        long before = used();
        Image found = own.images.find("a:1", Optional.empty());
        own.images.pin("c", found);
        assertThat(used()).isGreaterThan(before);
        own.age(image, OLD);
        own.images.use("c", found.lowers());
        assertThat(used()).isGreaterThan(before + 3600);
        own.images.unpin("c", found.lowers());
        own.images.use("c", found.lowers()); // of nothing any more
    }

    private long used() throws IOException {
        List<ImageSummary> all = own.operations.list(new ImageListOptions(false, Map.of()));
        return all.getFirst().lastUsed();
    }

    @Test
    void pruneGoesByUse() throws IOException {
        List<StoredImage> four = four();
        own.store().images().use(four.getLast().root().digest());
        Map<String, List<String>> filters =
                Map.of("dangling", List.of("false"), "unused", List.of("240h"), "keep-last", List.of("1"));
        List<ImageDeleted> deleted =
                own.operations.prune(new ImagePruneOptions(filters)).deleted();
        assertThat(stay(four)).containsExactly(false, false, true, true);
        assertThat(deleted)
                .contains(new ImageDeleted.Deleted(four.getFirst().id().toString()));
        assertThatThrownBy(() -> own.operations.prune(new ImagePruneOptions(Map.of("keep-last", List.of("-1")))))
                .hasMessageContaining("keep-last=-1");
        assertThatThrownBy(() -> own.operations.prune(new ImagePruneOptions(Map.of("unused", List.of("long")))))
                .hasMessageContaining("unused=long");
    }
}
