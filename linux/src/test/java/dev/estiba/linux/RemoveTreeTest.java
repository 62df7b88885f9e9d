package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trees that strangers made, removed. */
class RemoveTreeTest {
    @TempDir
    Path directory;

    private Fd parent;

    @BeforeEach
    void open() throws IOException {
        parent = Open.absolute(directory.toString(), Open.How.directory());
    }

    @AfterEach
    void close() {
        parent.close();
    }

    private Path tree() throws IOException {
        return Files.createDirectories(directory.resolve("tree"));
    }

    private void removed() throws IOException {
        RemoveTree.remove(parent, "tree");
        assertThat(Files.exists(directory.resolve("tree"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(descriptors()).as("descriptors").isEmpty();
    }

    /** What this process holds open inside of the test's directory; what other tests open lies elsewhere. */
    private List<String> descriptors() throws IOException {
        String inside = directory.toRealPath() + "/";
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(RemoveTreeTest::target)
                    .filter(target -> target.startsWith(inside))
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed since it was listed
        }
    }

    @Test
    void nothingIsRemovedWhereNothingIs() throws IOException {
        RemoveTree.remove(parent, "tree");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void filesAndDirectoriesAreRemoved() throws IOException {
        for (int i = 0; i < 50; i++) {
            Files.writeString(
                    Files.createDirectories(tree().resolve("a" + i % 5 + "/b" + i))
                            .resolve("c"),
                    "x");
        }
        Files.createDirectories(tree().resolve("empty"));
        removed();
    }

    @Test
    void whatIsNoDirectoryIsRemovedItself() throws IOException {
        Path kept = Files.writeString(directory.resolve("kept"), "x");
        Files.writeString(directory.resolve("tree"), "x");
        removed();
        Files.createSymbolicLink(directory.resolve("tree"), directory);
        removed();
        assertThat(kept).exists();
    }

    @Test
    void whatLinksLeadToIsNotTouched() throws IOException {
        Path outside = Files.createDirectories(directory.resolve("outside/in"));
        Files.writeString(outside.resolve("file"), "x");
        Files.createSymbolicLink(tree().resolve("absolute"), outside.toAbsolutePath());
        Files.createSymbolicLink(tree().resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(tree().resolve("root"), Path.of("/"));
        Files.createSymbolicLink(tree().resolve("self"), Path.of("."));
        Files.createSymbolicLink(tree().resolve("nowhere"), Path.of("nowhere"));
        Files.createLink(tree().resolve("hard"), outside.resolve("file"));
        removed();
        assertThat(outside.resolve("file")).hasContent("x");
    }

    /** Deeper than descriptors, paths (PATH_MAX) and stacks go. */
    @Test
    @Timeout(120)
    void aTreeOfTenThousandLevelsIsRemoved() throws IOException {
        deep(10_000, "d");
        removed();
    }

    /** The names under which it brings deep parts up are the tree's already. */
    @Test
    void aTreeThatUsesOurOwnNamesIsRemoved() throws IOException {
        Files.writeString(tree().resolve(".removed-0"), "x");
        Files.writeString(Files.createDirectories(tree().resolve(".removed-1")).resolve("y"), "x");
        Files.createSymbolicLink(tree().resolve(".removed-2"), Path.of("/"));
        deep(200, ".removed-0".replace('0', '3'));
        deep(200, "e");
        removed();
    }

    @Test
    void oddNamesAndKindsAreRemoved() throws Exception {
        Files.writeString(tree().resolve("new\nline"), "x");
        Files.writeString(tree().resolve("-rf"), "x");
        Files.writeString(tree().resolve("n".repeat(255)), "x");
        List<String> fifo =
                new ArrayList<>(List.of("mkfifo", tree().resolve("fifo").toString()));
        assertThat(new ProcessBuilder(fifo).start().waitFor()).isZero();
        removed();
    }

    private void deep(int levels, String name) throws IOException {
        Fd at = Open.absolute(tree().toString(), Open.How.directory());
        for (int i = 0; i < levels; i++) {
            Directory.make(at, name, 0700);
            Fd next = Open.at(at, name, Open.How.directory());
            at.close();
            at = next;
        }
        at.close();
    }

    @Test
    @Timeout(60)
    void namesNeedNotBeTexts() throws IOException {
        byte[] odd = {(byte) 0xff, '\n', (byte) 0xfe};
        tree();
        try (CallMemory memory = new CallMemory();
                Fd tree = Open.at(parent, "tree", Open.How.directory())) {
            assertThat(Nodes.makeDirectory(memory, tree, odd, 0700)).isTrue();
            try (Fd inside = Nodes.open(memory, tree, odd, Open.How.directory())) {
                assertThat(Nodes.make(memory, inside, odd, Nodes.FIFO | 0600, 0, 0))
                        .isTrue();
                assertThat(Nodes.makeLink(memory, inside, new byte[] {(byte) 0xfe}, odd))
                        .isTrue();
            }
        }
        removed();
    }

    /** Also a deep one, of which each brings pieces up. */
    @Test
    @Timeout(120)
    void severalRemoveTheSame() throws Exception {
        for (int round = 0; round < 3; round++) {
            Path at = tree();
            for (int depth = 0; depth < 50; depth++) {
                at = Files.createDirectory(at.resolve("d"));
                for (int file = 0; file < 4; file++) {
                    Files.createFile(at.resolve("f" + file));
                    Files.createDirectory(at.resolve("e" + file));
                }
            }
            List<java.util.concurrent.CompletableFuture<Void>> all = new ArrayList<>();
            for (int each = 0; each < 3; each++) {
                all.add(java.util.concurrent.CompletableFuture.runAsync(() -> {
                    try {
                        RemoveTree.remove(parent, "tree");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }));
            }
            for (var each : all) {
                each.get(60, java.util.concurrent.TimeUnit.SECONDS);
            }
            removed();
        }
    }
}
