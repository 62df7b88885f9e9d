package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImpliedDirectoriesTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    Path directory;

    private LayerTrees layers;
    private Path target;

    @BeforeEach
    void open() throws IOException {
        layers = new LayerTrees(directory.resolve("layers"));
        target = Files.createDirectory(directory.resolve("target"));
    }

    private static void describe(LayerTrees.Layer layer, String path, String mode) throws IOException {
        Path made = Files.createDirectories(layer.tree().resolve(path));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
        Files.setLastModifiedTime(made, LONG_AGO);
    }

    /** @param implied of each layer, the lowest first */
    private Set<String> made(List<Set<String>> implied) throws IOException {
        List<ImpliedDirectories.Layer> all = new ArrayList<>();
        for (int i = implied.size() - 1; i >= 0; i--) {
            Set<TarBytes> paths = implied.get(i).stream().map(TarBytes::of).collect(Collectors.toSet());
            all.add(new ImpliedDirectories.Layer(layers.trees().get(i), paths));
        }
        try (Fd fd = Open.absolute(target.toString(), Open.How.directory())) {
            boolean any = ImpliedDirectories.make(all, fd);
            Set<String> found = new TreeSet<>();
            try (Stream<Path> paths = Files.walk(target)) {
                for (Path path : paths.filter(each -> !each.equals(target)).toList()) {
                    assertThat(Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                            .isTrue();
                    found.add(target.relativize(path) + " "
                            + PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
                }
            }
            assertThat(any).isEqualTo(!found.isEmpty());
            return found;
        }
    }

    @Test
    void whatALowerLayerDescribesIsShown() throws IOException {
        LayerTrees.Layer lower = layers.layer();
        describe(lower, "var/tmp", "rwxrwxrwx");
        describe(lower, "var", "rwxr-x---");
        describe(lower, "other", "rwx------");
        LayerTrees.Layer upper = layers.layer();
        upper.file("var/tmp/made", "x").file("fresh/made", "x");
        assertThat(made(List.of(Set.of(), Set.of("var", "var/tmp", "fresh"))))
                .containsExactly("var rwxr-x---", "var/tmp rwxrwxrwx");
        assertThat(Files.getLastModifiedTime(target.resolve("var"))).isEqualTo(LONG_AGO);
        assertThat(Files.getLastModifiedTime(target.resolve("var/tmp"))).isEqualTo(LONG_AGO);
    }

    @Test
    void theUppermostThatDescribesItCounts() throws IOException {
        describe(layers.layer(), "a", "rwx------");
        describe(layers.layer(), "a", "rwxrwx---");
        layers.layer().file("a/x", "x");
        layers.layer().file("a/y", "y");
        assertThat(made(List.of(Set.of(), Set.of(), Set.of("a"), Set.of("a")))).containsExactly("a rwxrwx---");
    }

    @Test
    void whereTheUppermostDescribesItNothingIsHidden() throws IOException {
        describe(layers.layer(), "a", "rwx------");
        layers.layer().file("a/x", "x");
        describe(layers.layer(), "a", "rwxrwx---");
        assertThat(made(List.of(Set.of(), Set.of("a"), Set.of()))).isEmpty();
    }

    @Test
    void whatWasTakenAwayInBetweenDoesNotCount() throws IOException {
        describe(layers.layer(), "a", "rwx------");
        describe(layers.layer(), "b/c", "rwx------");
        layers.layer().whiteout("a").opaque("b");
        layers.layer().file("a/x", "x").file("b/c/x", "x");
        assertThat(made(List.of(Set.of(), Set.of(), Set.of(), Set.of("a", "b", "b/c"))))
                .doesNotContain("a rwx------", "b/c rwx------");
    }

    @Test
    void aLinkThatTakesItsPlaceIsNotFollowed() throws IOException {
        describe(layers.layer(), "a", "rwx------");
        layers.layer().file("a/x", "x");
        layers.layer().link("a", "/etc");
        assertThat(made(List.of(Set.of(), Set.of("a"), Set.of()))).isEmpty();
        assertThat(made(List.of(Set.of("../x", "nothing"), Set.of("a/x"), Set.of())))
                .isEmpty();
    }
}
