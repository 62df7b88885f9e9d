package dev.estiba.content.archive;

import dev.estiba.content.layout.LayoutFiles;
import dev.estiba.content.layout.LayoutSource;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Which;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.Cursor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An archive with images, of whatever kind: an image layout, or Docker's, which it tells by looking. Docker's since version 25
 * are both; then it is a layout, in which digests are those that registries know.
 */
public final class ImageArchive implements AutoCloseable {
    private final ArchiveFiles files;
    private final boolean isLayout;
    private final List<Image> images;

    private ImageArchive(ArchiveFiles files, boolean isLayout, List<Image> images) {
        this.files = files;
        this.isLayout = isLayout;
        this.images = images;
    }

    /**
     * An image in an archive.
     *
     * @param names with which it was saved, as short as Docker shows them
     */
    public record Image(List<String> names, Which which) {
        public Image {
            names = List.copyOf(names);
        }
    }

    /**
     * @param files which are closed with this, or at once when they are no images'
     * @throws NotThere when it is some other archive
     */
    public static ImageArchive of(ArchiveFiles files) throws IOException {
        try {
            boolean isLayout = LayoutSource.isLayout(files);
            return new ImageArchive(files, isLayout, isLayout ? layout(files) : docker(files));
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * @param from where a relative path begins
     * @param path the user's own
     * @param spool the directory for a temporary file, if one is needed
     */
    public static ImageArchive open(Fd from, String path, Fd spool) throws IOException {
        return of(ArchiveFiles.open(path, from, path, spool));
    }

    /** @param name what a person calls the stream, which is closed */
    public static ImageArchive read(String name, InputStream in, Fd spool) throws IOException {
        return of(ArchiveFiles.read(name, in, spool));
    }

    private static List<Image> layout(ArchiveFiles files) throws IOException {
        List<Image> images = new ArrayList<>();
        try (LayoutSource source = LayoutSource.of(new Shared(files), new Which.Only())) {
            for (LayoutSource.Listed each : source.images()) {
                images.add(
                        new Image(each.names(), new Which.ByDigest(each.root().digest())));
            }
        }
        return List.copyOf(images);
    }

    private static List<Image> docker(ArchiveFiles files) throws IOException {
        if (files.size(DockerManifest.FILE).isEmpty()
                && files.size(DockerManifest.REPOSITORIES).isEmpty()) {
            throw new NotThere(files.name() + ": this is no archive of images, since it has neither oci-layout nor"
                    + " manifest.json (a root file system is imported)");
        }
        List<DockerManifest> all = DockerArchiveSource.images(files);
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            images.add(new Image(names(files.name(), all.get(i)), new Which.At(i)));
        }
        return List.copyOf(images);
    }

    private static List<String> names(String archive, DockerManifest image) throws MalformedImage {
        List<String> names = new ArrayList<>();
        for (String tag : image.repoTags()) {
            try {
                names.add(Reference.parse(tag).tagged().familiar());
            } catch (IllegalArgumentException e) {
                throw new MalformedImage(
                        archive + ": an image is called " + Cursor.quoted(tag) + " in it: " + e.getMessage());
            }
        }
        return names;
    }

    /** In the archive's order. */
    public List<Image> images() {
        return images;
    }

    /** Whether it is an image layout. */
    public boolean isLayout() {
        return isLayout;
    }

    /** One of the images; closing it leaves the archive open. */
    public ImageSource source(Image image) throws IOException {
        return source(image.which());
    }

    /** The image that is meant; closing it leaves the archive open. */
    public ImageSource source(Which which) throws IOException {
        LayoutFiles shared = new Shared(files);
        return isLayout ? LayoutSource.of(shared, which) : DockerArchiveSource.of(shared, which);
    }

    @Override
    public void close() {
        files.close();
    }

    /** The archive's files, for one image of several. */
    private record Shared(ArchiveFiles files) implements LayoutFiles {
        @Override
        public String name() {
            return files.name();
        }

        @Override
        public Optional<Long> size(String path) throws IOException {
            return files.size(path);
        }

        @Override
        public Optional<InputStream> open(String path, long offset) throws IOException {
            return files.open(path, offset);
        }

        @Override
        public void close() {
            // The archive's owner does.
        }
    }
}
