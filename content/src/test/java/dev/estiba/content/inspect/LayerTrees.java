package dev.estiba.content.inspect;

import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Layers of a test's own, as they are unpacked. */
final class LayerTrees {
    private final Path directory;
    private final List<Path> trees = new ArrayList<>();

    LayerTrees(Path directory) {
        this.directory = directory;
    }

    /** The lowest first. */
    List<Path> trees() {
        return List.copyOf(trees);
    }

    /** The next one, above those that there are. */
    Layer layer() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("layer" + trees.size()));
        trees.add(tree);
        return new Layer(tree);
    }

    record Layer(Path tree) {
        Layer file(String path, String content) throws IOException {
            Path file = tree.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        }

        Layer link(String path, String target) throws IOException {
            Files.createDirectories(tree.resolve(path).getParent());
            Files.createSymbolicLink(tree.resolve(path), Path.of(target));
            return this;
        }

        Layer hardLink(String path, String to) throws IOException {
            Files.createDirectories(tree.resolve(path).getParent());
            Files.createLink(tree.resolve(path), tree.resolve(to));
            return this;
        }

        Layer directory(String path) throws IOException {
            Files.createDirectories(tree.resolve(path));
            return this;
        }

        Layer whiteout(String path) throws IOException {
            Path file = tree.resolve(path);
            Files.createDirectories(file.getParent());
            try (CallMemory memory = new CallMemory();
                    Fd parent = Open.absolute(file.getParent().toString(), Open.How.directory())) {
                byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
                Nodes.make(memory, parent, name, Nodes.CHARACTER_DEVICE, 0, 0);
            }
            return this;
        }

        Layer attribute(String path, String attribute, byte[] value) throws IOException {
            try (CallMemory memory = new CallMemory();
                    Fd target = Open.absolute(tree.resolve(path).toString(), Open.How.reading())) {
                ExtendedAttributes.set(memory, target, attribute.getBytes(StandardCharsets.UTF_8), value);
            }
            return this;
        }

        Layer attribute(String path, String attribute, String value) throws IOException {
            return attribute(path, attribute, value.getBytes(StandardCharsets.UTF_8));
        }

        Layer opaque(String path) throws IOException {
            Files.createDirectories(tree.resolve(path));
            try (CallMemory memory = new CallMemory();
                    Fd target = Open.absolute(tree.resolve(path).toString(), Open.How.directory())) {
                String prefix = ProcessFacts.self().uid() == 0 ? "trusted" : "user";
                byte[] name = (prefix + ".overlay.opaque").getBytes(StandardCharsets.UTF_8);
                ExtendedAttributes.set(memory, target, name, new byte[] {'y'});
            }
            return this;
        }
    }
}
