package dev.estiba.registry.files;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code /etc/docker/daemon.json} says of registries; all else in it is dockerd's.
 *
 * @param mirrors of Docker's own registry, in order ({@code registry-mirrors})
 * @param insecure hosts, with their ports or without, and networks ({@code insecure-registries})
 */
public record DaemonConfig(List<String> mirrors, List<String> insecure) {
    private static final int MOST_BYTES = 4 << 20;

    public DaemonConfig {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
    }

    /**
     * What all of them say, each thing once.
     *
     * @param files those that are not there are passed over
     */
    public static DaemonConfig read(List<Path> files) throws IOException {
        List<String> mirrors = new ArrayList<>();
        List<String> insecure = new ArrayList<>();
        for (Path file : files) {
            try {
                if (Files.size(file) > MOST_BYTES) {
                    throw new IOException(file + " is larger than any configuration (" + MOST_BYTES + " bytes)");
                }
                add(Files.readAllBytes(file), mirrors, insecure);
            } catch (NoSuchFileException e) {
                continue;
            } catch (DocumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return new DaemonConfig(
                mirrors.stream().distinct().toList(),
                insecure.stream().distinct().toList());
    }

    private static void add(byte[] document, List<String> mirrors, List<String> insecure) throws DocumentException {
        if (new String(document, StandardCharsets.ISO_8859_1).isBlank()) {
            return;
        }
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "registry-mirrors" -> mirrors.addAll(in.texts());
                    case "insecure-registries" -> insecure.addAll(in.texts());
                    default -> in.skip();
                }
            }
            in.end();
        }
    }
}
