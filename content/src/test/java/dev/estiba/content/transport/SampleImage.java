package dev.estiba.content.transport;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Small images of every form. */
public final class SampleImage {
    public static final Platform AMD64 = Platform.of("linux", "amd64");
    public static final Platform ARM64 = Platform.of("linux", "arm64");

    private SampleImage() {}

    /** An archive with one file. */
    public static byte[] layer(String file, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] text = content.getBytes(StandardCharsets.UTF_8);
        try (TarWriter tar = new TarWriter(bytes)) {
            tar.write(
                    new TarEntry.RegularFile(TarMetadata.of(TarBytes.of(file), 0644), text.length),
                    new ByteArrayInputStream(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] config(Platform platform, List<byte[]> layers) {
        return ImageWriter.write(new ImageConfig(
                Optional.of("2024-01-02T03:04:05Z"),
                Optional.empty(),
                platform,
                ImageConfig.Execution.NOTHING,
                layers.stream().map(Digest::of).toList(),
                List.of()));
    }

    /** An image of OCI's with layers of gzip, put into a place. */
    public static Document single(MemoryPlace place, Platform platform, String... contents) {
        List<byte[]> layers = new ArrayList<>();
        List<Descriptor> descriptors = new ArrayList<>();
        for (String content : contents) {
            byte[] layer = layer("file-" + contents.length, content);
            layers.add(layer);
            descriptors.add(place.put(MediaTypes.LAYER_GZIP, gzip(layer)));
        }
        Descriptor config = place.put(MediaTypes.CONFIG, config(platform, layers));
        return place.put(manifest(MediaTypes.MANIFEST, config, descriptors));
    }

    /** Docker's schema 2 with plain layers. */
    public static Document docker(MemoryPlace place, Platform platform, String... contents) {
        List<byte[]> layers = new ArrayList<>();
        for (String content : contents) {
            layers.add(layer("file", content));
        }
        List<Descriptor> descriptors = layers.stream()
                .map(each -> place.put(MediaTypes.DOCKER_LAYER, each))
                .toList();
        Descriptor config = place.put(MediaTypes.DOCKER_CONFIG, config(platform, layers));
        return place.put(manifest(MediaTypes.DOCKER_MANIFEST, config, descriptors));
    }

    public static Document manifest(String type, Descriptor config, List<Descriptor> layers) {
        return Document.of(
                type,
                ImageWriter.write(
                        new Manifest(Optional.of(type), Optional.empty(), config, layers, Optional.empty(), Map.of())));
    }

    /** Says something of another. */
    public static Document artifact(MemoryPlace place, Descriptor subject, String content) {
        Descriptor config = place.put(MediaTypes.EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Descriptor part = place.put("text/plain", content.getBytes(StandardCharsets.UTF_8));
        Document document = place.put(Document.of(
                MediaTypes.MANIFEST,
                ImageWriter.write(new Manifest(
                        Optional.of(MediaTypes.MANIFEST),
                        Optional.of("application/x-said"),
                        config,
                        List.of(part),
                        Optional.of(subject),
                        Map.of()))));
        place.referrers.add(document.descriptor());
        return document;
    }

    public static Document index(List<Descriptor> entries) {
        return Document.of(
                MediaTypes.INDEX,
                ImageWriter.write(new Index(
                        Optional.of(MediaTypes.INDEX), Optional.empty(), entries, Optional.empty(), Map.of())));
    }

    /** One of amd64 and one of arm64, with a layer in common. */
    public static MemoryPlace multi() {
        MemoryPlace place = new MemoryPlace();
        Document amd = single(place, AMD64, "common", "amd64");
        Document arm = single(place, ARM64, "common", "arm64");
        place.root = Optional.of(place.put(index(
                List.of(amd.descriptor().withPlatform(AMD64), arm.descriptor().withPlatform(ARM64)))));
        return place;
    }
}
