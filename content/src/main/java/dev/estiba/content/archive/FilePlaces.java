package dev.estiba.content.archive;

import dev.estiba.content.layout.LayoutSource;
import dev.estiba.content.layout.LayoutTarget;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransportName;
import dev.estiba.content.transport.Which;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Opens the places in files that users name: layouts and archives. */
public final class FilePlaces {
    private FilePlaces() {}

    /**
     * An image to copy from.
     *
     * @param from where a relative path begins
     * @param spool the directory for a temporary file, if one is needed
     */
    public static ImageSource source(TransportName.InFiles name, Fd from, Fd spool) throws IOException {
        return switch (name) {
            case TransportName.Layout(String path, Which which) -> LayoutSource.open(from, path, which);
            case TransportName.OciArchive(String path, Which which) ->
                LayoutSource.of(ArchiveFiles.open("oci-archive:" + path, from, path, spool), which);
            case TransportName.DockerArchive(String path, Which which) ->
                DockerArchiveSource.of(ArchiveFiles.open("docker-archive:" + path, from, path, spool), which);
        };
    }

    /**
     * Where an image is copied to; an archive that is there is replaced, a layout gets one more image.
     *
     * @param from where a relative path begins; the caller's, and open as long as the target
     * @param spool the directory for temporary files; likewise
     * @throws IOException also when the place's name has a digest or a number, which is no name
     */
    public static ImageTarget target(TransportName.InFiles name, Fd from, Fd spool) throws IOException {
        Optional<String> image = named(name);
        return switch (name) {
            case TransportName.Layout layout -> LayoutTarget.open(from, layout.path(), image);
            case TransportName.OciArchive archive ->
                LayoutArchiveWriter.single(ArchiveDestination.file(from, archive.path()), image, spool);
            case TransportName.DockerArchive archive ->
                DockerArchiveWriter.single(
                        ArchiveDestination.file(from, archive.path()),
                        image.map(Reference::parse).map(List::of).orElse(List.of()),
                        spool);
        };
    }

    private static Optional<String> named(TransportName.InFiles name) throws IOException {
        return switch (name.which()) {
            case Which.Only only -> Optional.empty();
            case Which.Named(String text) -> Optional.of(text);
            case Which.ByDigest digest -> throw noName(name);
            case Which.At place -> throw noName(name);
        };
    }

    private static IOException noName(TransportName name) {
        return new IOException(name + ": an image is put into a place by a name, not by a digest or a number");
    }
}
