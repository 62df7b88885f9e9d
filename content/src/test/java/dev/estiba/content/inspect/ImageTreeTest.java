package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.estiba.content.inspect.FileChange.Kind;
import dev.estiba.content.tar.TarBytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTreeTest {
    @TempDir
    Path directory;

    private LayerTrees layers;

    @BeforeEach
    void open() {
        layers = new LayerTrees(directory);
    }

    private List<LayerChanges> read() throws IOException {
        return ImageTree.of(layers.trees(), 10).layers();
    }

    private static FileChange change(Kind kind, String path, long bytes) {
        return new FileChange(kind, TarBytes.of(path), bytes);
    }

    @Test
    void anImageOfNothingWastesNothing() throws IOException {
        ImageTree tree = ImageTree.of(List.of(), 10);
        assertThat(tree.layers()).isEmpty();
        assertThat(tree.efficiency()).isEqualTo(1);
    }

    @Test
    void whatTheLowestLayerHasIsAdded() throws IOException {
        layers.layer().file("etc/passwd", "root").link("bin", "usr/bin");
        assertThat(read())
                .containsExactly(new LayerChanges(
                        new Tally(3, 4),
                        Tally.NOTHING,
                        Tally.NOTHING,
                        4,
                        0,
                        List.of(
                                change(Kind.ADDED, "etc/passwd", 4),
                                change(Kind.ADDED, "bin", 0),
                                change(Kind.ADDED, "etc", 0))));
    }

    @Test
    void aFileThatIsReplacedIsWasted() throws IOException {
        layers.layer().file("a", "12345").file("b", "1");
        layers.layer().file("a", "123");
        List<LayerChanges> read = read();
        assertThat(read.getFirst().wasted()).isEqualTo(5);
        assertThat(read.getLast().changed()).isEqualTo(new Tally(1, 3));
        assertThat(read.getLast().added()).isEqualTo(Tally.NOTHING);
        assertThat(read.getLast().files()).containsExactly(change(Kind.CHANGED, "a", 3));
        assertThat(ImageTree.of(layers.trees(), 0).efficiency()).isCloseTo(4.0 / 9, within(1e-9));
    }

    @Test
    void aWhiteoutRemovesADirectoryWithAllThatIsInIt() throws IOException {
        layers.layer().file("var/cache/a/x", "1234").file("var/cache/y", "12").file("var/z", "1");
        layers.layer().whiteout("var/cache");
        List<LayerChanges> read = read();
        assertThat(read.getLast().removed()).isEqualTo(new Tally(4, 6));
        assertThat(read.getLast().files())
                .containsExactly(
                        change(Kind.REMOVED, "var/cache/a/x", 4),
                        change(Kind.REMOVED, "var/cache/y", 2),
                        change(Kind.REMOVED, "var/cache", 0),
                        change(Kind.REMOVED, "var/cache/a", 0));
        assertThat(read.getFirst().wasted()).isEqualTo(6);
    }

    @Test
    void whatWasRemovedMayComeBack() throws IOException {
        layers.layer().file("d/x", "1234").file("d/y", "1");
        layers.layer().whiteout("d");
        layers.layer().file("d/x", "12");
        List<LayerChanges> read = read();
        assertThat(read.get(1).removed()).isEqualTo(new Tally(3, 5));
        assertThat(read.get(2).added()).isEqualTo(new Tally(2, 2));
        assertThat(read.get(2).removed()).isEqualTo(Tally.NOTHING);
        assertThat(read.getFirst().wasted()).isEqualTo(5);
    }

    @Test
    void aFileInTheDirectorysPlaceRemovesWhatWasInIt() throws IOException {
        layers.layer().file("d/x", "1234");
        layers.layer().file("d", "12");
        layers.layer().file("d/y", "1");
        List<LayerChanges> read = read();
        assertThat(read.get(1).changed()).isEqualTo(new Tally(1, 2));
        assertThat(read.get(1).removed()).isEqualTo(new Tally(1, 4));
        assertThat(read.get(2).changed()).isEqualTo(new Tally(1, 0));
        assertThat(read.get(2).added()).isEqualTo(new Tally(1, 1));
        assertThat(read.stream().map(LayerChanges::wasted)).containsExactly(4L, 2L, 0L);
    }

    @Test
    void anOpaqueDirectoryHidesWhatIsBeneathAlsoInItsDirectories() throws IOException {
        layers.layer().file("d/e/x", "1234").file("d/y", "12").file("d/f/z", "1");
        layers.layer().file("d/e/new", "1").opaque("d");
        List<LayerChanges> read = read();
        assertThat(read.getLast().added()).isEqualTo(new Tally(1, 1));
        assertThat(read.getLast().removed()).isEqualTo(new Tally(4, 7));
        assertThat(read.getLast().changed()).isEqualTo(Tally.NOTHING);
        assertThat(read.getFirst().wasted()).isEqualTo(7);
    }

    @Test
    void bytesOfAFileWithTwoNamesAreThereOnceAndWastedWhenBothAreHidden() throws IOException {
        layers.layer().file("a", "12345").hardLink("b", "a");
        layers.layer().whiteout("a");
        assertThat(read().getFirst().bytes()).isEqualTo(5);
        assertThat(read().getFirst().wasted()).isZero();
        layers.layer().file("b", "1");
        assertThat(read().getFirst().wasted()).isEqualTo(5);
    }

    @Test
    void noMoreFilesAreListedThanAskedFor() throws IOException {
        LayerTrees.Layer layer = layers.layer();
        for (int i = 1; i <= 20; i++) {
            layer.file("f" + i, "x".repeat(i));
        }
        assertThat(ImageTree.of(layers.trees(), 2).layers().getFirst().files())
                .containsExactly(change(Kind.ADDED, "f20", 20), change(Kind.ADDED, "f19", 19));
    }

    /** A link in a directory's place, as CVE-2018-15664 and CVE-2019-14271 had one: what it leads to is not of the image. */
    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        layers.layer().file("d/x", "1");
        layers.layer().link("d", outside.toString());
        assertThat(read().getLast().added()).isEqualTo(Tally.NOTHING);
        assertThat(read().getLast().removed()).isEqualTo(new Tally(1, 1));
    }

    @Test
    void aDeepTreeIsReadToItsEnd() throws IOException {
        layers.layer().file("a/".repeat(100) + "x", "1");
        layers.layer().file("a/".repeat(100) + "x", "2");
        assertThat(read().getFirst().added()).isEqualTo(new Tally(101, 1));
        assertThat(read().getLast().changed()).isEqualTo(new Tally(1, 1));
    }

    @Test
    void anInterruptedThreadReadsNoFurther() throws IOException {
        layers.layer().file("a", "1");
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
