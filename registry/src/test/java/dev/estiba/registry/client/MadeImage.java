package dev.estiba.registry.client;

import dev.estiba.content.transport.Document;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * An image that was made for a test: layers of chance, which need not be archives, as a client of registries does not look into
 * them.
 */
record MadeImage(Document manifest, Map<Descriptor, byte[]> blobs) {
    static MadeImage of(long seed, int... layerSizes) {
        Random random = new Random(seed);
        Map<Descriptor, byte[]> blobs = new LinkedHashMap<>();
        List<Descriptor> layers = new ArrayList<>();
        for (int size : layerSizes) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Descriptor layer = Descriptor.of(MediaTypes.LAYER_GZIP, Digest.of(bytes), size);
            layers.add(layer);
            blobs.put(layer, bytes);
        }
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"seed\":" + seed + "}")
                .getBytes(StandardCharsets.UTF_8);
        Descriptor configuration = Descriptor.of(MediaTypes.CONFIG, Digest.of(config), config.length);
        blobs.put(configuration, config);
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.MANIFEST), Optional.empty(), configuration, layers, Optional.empty(), Map.of());
        return new MadeImage(Document.of(MediaTypes.MANIFEST, ImageWriter.write(manifest)), blobs);
    }

    /** Says something of this one. */
    MadeImage artifactOf(String type) {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor empty = Descriptor.of(MediaTypes.EMPTY, Digest.of(bytes), bytes.length);
        Manifest artifact = new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.of(type),
                empty,
                List.of(empty),
                Optional.of(manifest.descriptor()),
                Map.of("about", type));
        return new MadeImage(Document.of(MediaTypes.MANIFEST, ImageWriter.write(artifact)), Map.of(empty, bytes));
    }

    Descriptor layer(int index) {
        return blobs.keySet().stream().toList().get(index);
    }

    byte[] bytes(int index) {
        return blobs.get(layer(index));
    }
}
