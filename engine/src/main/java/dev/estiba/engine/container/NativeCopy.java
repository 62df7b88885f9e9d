package dev.estiba.engine.container;

import dev.estiba.content.inspect.MergedCopy;
import dev.estiba.content.inspect.Owners;
import dev.estiba.engine.store.Home;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The root file system of a container that has no overlay: a copy of its image, in {@code root}. A file beside it, {@code native},
 * says why there is none; it is there before the copy is.
 */
final class NativeCopy {
    private static final String WHY = "native";
    private static final String ROOT = "root";
    private static final String UNFINISHED = "root.new";

    private NativeCopy() {}

    static Path root(Path data) {
        return data.resolve(ROOT);
    }

    /** Why a container has one; empty for one that has an overlay, or none yet. */
    static Optional<String> why(Path data) throws IOException {
        try {
            return Optional.of(
                    Files.readString(data.resolve(WHY), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Makes it, where it is not there yet. */
    static void ensure(Home home, String why, List<String> lowers, Owners owners) throws IOException {
        if (Files.isDirectory(root(home.dataPath()))) {
            return;
        }
        AtomicFile.write(home.data(), WHY, (why + "\n").getBytes(StandardCharsets.UTF_8));
        RemoveTree.remove(home.data(), UNFINISHED);
        Files.createDirectory(home.dataPath().resolve(UNFINISHED));
        boolean whole = false;
        try (Fd target = Open.at(home.data(), UNFINISHED, Open.How.directory())) {
            MergedCopy.make(lowers.stream().map(Path::of).toList(), target, owners);
            Names.rename(home.data(), UNFINISHED, home.data(), ROOT);
            whole = true;
        } finally {
            if (!whole) {
                RemoveTree.remove(home.data(), UNFINISHED);
            }
        }
    }
}
