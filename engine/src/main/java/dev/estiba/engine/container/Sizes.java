package dev.estiba.engine.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How many bytes a tree's files have; no link is followed. */
final class Sizes {
    private Sizes() {}

    static long of(Path tree) throws IOException {
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            return paths.mapToLong(Sizes::size).sum();
        } catch (UncheckedIOException e) {
            return 0; // the tree changes while it is counted
        }
    }

    private static long size(Path path) {
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
