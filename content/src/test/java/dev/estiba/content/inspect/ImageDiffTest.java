package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.inspect.FileChange.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDiffTest {
    @TempDir
    Path directory;

    private LayerTrees one;
    private LayerTrees other;

    @BeforeEach
    void open() {
        one = new LayerTrees(directory.resolve("one"));
        other = new LayerTrees(directory.resolve("other"));
    }

    private ImageDiff diff() throws IOException {
        return ImageDiff.of(one.trees(), other.trees(), 100);
    }

    private static List<String> listed(ImageDiff diff) {
        return diff.files().stream()
                .map(each -> each.kind() + " " + each.path().printable())
                .toList();
    }

    @Test
    void anImageIsAsItself() throws IOException {
        one.layer().file("a/b", "1");
        assertThat(ImageDiff.of(one.trees(), one.trees(), 100).isEmpty()).isTrue();
    }

    @Test
    void itIsTheMergedTreesThatAreCompared() throws IOException {
        one.layer().file("a/b", "1").file("a/c", "2").link("l", "a");
        one.layer().whiteout("a/c");
        other.layer().link("l", "a").file("a/b", "x");
        other.layer().file("a/b", "1");
        assertThat(diff().isEmpty()).isTrue();
    }

    @Test
    void filesAreAddedChangedAndRemoved() throws IOException {
        one.layer().file("same", "1").file("content", "12").file("size", "123").file("gone/x", "1234");
        other.layer().file("same", "1").file("content", "21").file("size", "1").file("new", "12345");
        ImageDiff diff = diff();
        assertThat(listed(diff))
                .containsExactly(
                        "CHANGED \"content\"",
                        "REMOVED \"gone\"",
                        "REMOVED \"gone/x\"",
                        "ADDED \"new\"",
                        "CHANGED \"size\"");
        assertThat(diff.added()).isEqualTo(new Tally(1, 5));
        assertThat(diff.changed()).isEqualTo(new Tally(2, 3));
        assertThat(diff.removed()).isEqualTo(new Tally(2, 4));
    }

    @Test
    void modesKindsAndTargetsCountAndTimesDoNot() throws IOException {
        LayerTrees.Layer before = one.layer();
        before.file("mode", "1").file("kind", "1").link("target", "a").file("time", "1");
        LayerTrees.Layer after = other.layer();
        after.file("mode", "1").link("kind", "1").link("target", "b").file("time", "1");
        Files.setPosixFilePermissions(
                after.tree().resolve("mode"), PosixFilePermissions.fromString("rwsr-xr-x".replace('s', 'x')));
        Files.setLastModifiedTime(after.tree().resolve("time"), FileTime.from(Instant.EPOCH));
        ImageDiff diff = diff();
        assertThat(listed(diff)).containsExactly("CHANGED \"kind\"", "CHANGED \"mode\"", "CHANGED \"target\"");
        assertThat(diff.files().get(1).after().orElseThrow().permissions()).isEqualTo("-rwxr-xr-x");
        assertThat(diff.files().getFirst().after().orElseThrow().permissions()).startsWith("l");
    }

    @Test
    void aFileInADirectorysPlaceIsAChangeAndWhatWasInItIsGone() throws IOException {
        one.layer().file("d/x", "1");
        other.layer().file("d", "1");
        ImageDiff diff = diff();
        assertThat(diff.files().stream().map(FileDifference::kind)).containsExactly(Kind.CHANGED, Kind.REMOVED);
    }

    @Test
    void packagesOfDebian() throws IOException {
        one.layer().file("var/lib/dpkg/status", """
                        Package: bash
                        Status: install ok installed
                        Version: 5.1

                        Package: gone
                        Status: install ok installed
                        Version: 1

                        Package: half
                        Status: deinstall ok config-files
                        Version: 1
                        """);
        other.layer().file("var/lib/dpkg/status", """
                        Package: bash
                        Status: install ok installed
                        Description: a shell
                         Version: 9
                        Version: 5.2
                        """).file("var/lib/dpkg/status.d/new", "Package: new\nVersion: 2\n");
        assertThat(diff().packages())
                .containsExactly(
                        new PackageDifference("bash", "5.1", "5.2"),
                        new PackageDifference("gone", "1", ""),
                        new PackageDifference("new", "", "2"));
    }

    @Test
    void packagesOfAlpine() throws IOException {
        one.layer().file("lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2-r1\n\nP:busybox\nV:1\n\n");
        other.layer().file("lib/apk/db/installed", "C:Q1\nP:musl\nV:1.2-r2\n\nP:busybox\nV:1\n\n");
        assertThat(diff().packages()).containsExactly(new PackageDifference("musl", "1.2-r1", "1.2-r2"));
    }

    /** As CVE-2019-14271: a database that is a link to the host's is not read. */
    @Test
    void aDatabaseThatIsALinkIsNotFollowed() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "Package: secret\nVersion: 1\n");
        one.layer().link("var/lib/dpkg/status", secret.toString());
        other.layer();
        assertThat(diff().packages()).isEmpty();
    }
}
