package dev.estiba.content.archive;

import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * An image of {@code manifest.json}, which Docker's archives have since 1.10.
 *
 * @param config the path of its configuration
 * @param repoTags what it is called: {@code busybox:latest}
 * @param layers the paths of its layers' archives, from the lowest to the uppermost
 */
record DockerManifest(String config, List<String> repoTags, List<String> layers) {
    static final String FILE = "manifest.json";
    static final String REPOSITORIES = "repositories";
    private static final List<String> FIELDS = List.of("Config", "RepoTags", "Layers", "Parent", "LayerSources");
    private static final int MOST_IMAGES = 10_000;

    DockerManifest {
        repoTags = List.copyOf(repoTags);
        layers = List.copyOf(layers);
    }

    static List<DockerManifest> read(String archive, byte[] bytes) throws MalformedImage {
        List<DockerManifest> all = new ArrayList<>();
        try (Cursor in = Cursor.open(bytes, Origin.DOCUMENT)) {
            in.array();
            while (in.nextElement()) {
                all.add(image(in));
                if (all.size() > MOST_IMAGES) {
                    throw in.failure("there are more than " + MOST_IMAGES + " images");
                }
            }
            in.end();
        } catch (DocumentException e) {
            throw new MalformedImage(archive + ": " + FILE, e);
        }
        return all;
    }

    private static DockerManifest image(Cursor in) throws DocumentException {
        String config = null;
        List<String> repoTags = List.of();
        List<String> layers = List.of();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "Config" -> config = in.text();
                case "RepoTags" -> repoTags = in.texts();
                case "Layers" -> layers = in.texts();
                case "Parent", "LayerSources" -> in.skip();
                default -> in.unknown(FIELDS);
            }
        }
        return new DockerManifest(in.required(config, "Config"), repoTags, layers);
    }

    /** @param sources of each image what its layers are, by their digests as they are unpacked */
    static byte[] write(List<DockerManifest> images, List<List<Descriptor>> sources) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartArray();
            for (int i = 0; i < images.size(); i++) {
                DockerManifest image = images.get(i);
                out.writeStartObject();
                out.writeStringProperty("Config", image.config());
                if (image.repoTags().isEmpty()) {
                    out.writeNullProperty("RepoTags"); // as Go writes no list
                } else {
                    Output.texts(out, "RepoTags", image.repoTags());
                }
                Output.allTexts(out, "Layers", image.layers());
                writeSources(out, sources.get(i));
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        return bytes.toByteArray();
    }

    private static void writeSources(JsonGenerator out, List<Descriptor> layers) {
        out.writeObjectPropertyStart("LayerSources");
        for (Descriptor layer : layers.stream().distinct().toList()) {
            out.writeObjectPropertyStart(layer.digest().toString());
            out.writeStringProperty("mediaType", layer.mediaType());
            out.writeNumberProperty("size", layer.size());
            out.writeStringProperty("digest", layer.digest().toString());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    /**
     * What engines before 1.10 read.
     *
     * @param repositories of each repository its tags, with the last layer's name
     */
    static byte[] writeRepositories(Map<String, Map<String, String>> repositories) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            repositories.forEach((name, tags) -> Output.textMap(out, name, tags));
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
