package dev.estiba.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.DiskUsage;
import dev.estiba.api.ImageDiff;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.ImageTree;
import dev.estiba.api.ImageTree.FileChange;
import dev.estiba.api.ImageTree.Tally;
import dev.estiba.api.ImageTreeOptions;
import dev.estiba.content.store.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code image tree}, {@code image diff} and {@code system df} of the engine. */
@Tag("kernel")
class InsidesKernelTest {
    private static final ImageTreeOptions TEN = new ImageTreeOptions(Optional.empty(), 10);

    @TempDir
    Path directory;

    private OwnImages own;
    private final byte[] base = layer("etc/", "", "etc/a", "12345", "etc/b\u001b[2J", "1");

    private static byte[] layer(String... files) {
        try {
            return OwnImages.layer(files);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void open() throws IOException {
        own = new OwnImages(directory);
    }

    @Test
    void aTreeTellsWhatEachLayerHasDone() throws IOException {
        byte[] upper = layer("etc/a", "123", "etc/.wh.b\u001b[2J", "");
        own.bring(new MadeImage(List.of(base, upper)), "a:1");
        ImageTree tree = own.operations.tree("a:1", TEN);
        assertThat(tree.repoTags()).containsExactly("a:1");
        assertThat(tree.size()).isEqualTo(9);
        assertThat(tree.wasted()).isEqualTo(6);
        assertThat(tree.efficiency()).isEqualTo(1.0 / 3);
        assertThat(Instant.parse(tree.lastUsed())).isAfter(Instant.now().minusSeconds(600));
        assertThat(tree.layers().stream().map(ImageTree.Layer::createdBy)).containsExactly("COPY 1", "COPY 2");
        assertThat(tree.layers().getFirst().added()).isEqualTo(new Tally(3, 6));
        ImageTree.Layer last = tree.layers().getLast();
        assertThat(last.changed()).isEqualTo(new Tally(1, 3));
        assertThat(last.removed()).isEqualTo(new Tally(1, 1));
        assertThat(last.files())
                .containsExactly(
                        new FileChange("changed", "/etc/a", 3), new FileChange("removed", "/etc/b\\x1b[2J", 1));
    }

    @Test
    void imagesDifferByFilesAndSettings() throws IOException {
        own.bring(new MadeImage(List.of(base), "PATH=/bin", "GONE="), "a:1");
        own.bring(new MadeImage(List.of(base, layer("new", "12")), "PATH=/usr/bin"), "a:2");
        ImageDiff diff = own.operations.diff("a:1", "a:2", TEN);
        assertThat(diff.isEmpty()).isFalse();
        assertThat(diff.added()).isEqualTo(new Tally(1, 2));
        assertThat(diff.files()).containsExactly(new ImageDiff.File("added", "/new", "", "-rw-r--r-- 0:0 2", 2));
        assertThat(diff.settings())
                .containsExactly(
                        new ImageDiff.Change("Env GONE", "\"\"", ""),
                        new ImageDiff.Change("Env PATH", "\"/bin\"", "\"/usr/bin\""));
        assertThat(diff.before().size()).isEqualTo(6);
        assertThat(diff.after().size()).isEqualTo(8);
        assertThat(own.operations.diff("a:1", "a:1", TEN).isEmpty()).isTrue();
    }

    @Test
    void whatIsNotHereIsNoImage() {
        assertThatThrownBy(() -> own.operations.tree("nope", TEN))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
        assertThatThrownBy(() -> own.operations.diff("nope", "nope", TEN)).hasMessageContaining("No such image");
        assertThat(directory.resolve("content")).doesNotExist();
    }

    @Test
    void theDisksUseIsCountedOnce() throws IOException {
        StoredImage one = own.bring(new MadeImage(List.of(base)), "a:1");
        byte[] upper = layer("new", "12");
        own.bring(new MadeImage(List.of(base, upper)), "a:2");
        own.operations.tree("a:1", TEN);
        own.operations.tree("a:2", TEN); // unpacks them
        own.users.add(new ImageUsers.User("c", one.id().toString(), false));
        DiskUsage usage = own.operations.usage(List.of());
        assertThat(usage.images().stream().map(ImageSummary::sharedSize)).containsExactly(6L, 6L);
        assertThat(usage.images().stream().map(ImageSummary::containers)).containsExactlyInAnyOrder(1L, 0L);
        long documents = usage.layersSize() - 6 - 2 - base.length - upper.length;
        assertThat(documents).isBetween(1L, 5000L);
        assertThat(usage.layersReclaimable()).isBetween(2L + upper.length, 2L + upper.length + documents);
    }
}
