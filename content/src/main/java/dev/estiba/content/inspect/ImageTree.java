package dev.estiba.content.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What each layer of an image has done to those beneath it.
 *
 * @param layers the lowest first
 */
public record ImageTree(List<LayerChanges> layers) {
    public ImageTree {
        layers = List.copyOf(layers);
    }

    /**
     * Reads layers, as overlayfs would put them on one another. A directory that only comes again, as it was, is no change.
     *
     * @param trees of the layers, the lowest first: {@link dev.estiba.content.store.Layers#tree}; they must stay meanwhile
     * @param files how many changes of each layer are listed
     * @throws java.io.InterruptedIOException when this thread is interrupted
     */
    public static ImageTree of(List<Path> trees, int files) throws IOException {
        try (LayerStack stack = LayerStack.open(trees)) {
            return new LayerHistory(stack, files).read();
        }
    }

    /** Of all layers. */
    public long bytes() {
        return layers.stream().mapToLong(LayerChanges::bytes).sum();
    }

    /** Bytes that nobody sees. */
    public long wasted() {
        return layers.stream().mapToLong(LayerChanges::wasted).sum();
    }

    /** Which part of its bytes is seen: 0 to 1. */
    public double efficiency() {
        return bytes() == 0 ? 1 : (double) (bytes() - wasted()) / bytes();
    }
}
