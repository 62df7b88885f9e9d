package dev.estiba.content.store;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is in the store by its digest: verified when it came, and never written again. Safe for all threads. */
public final class Blobs {
    private final StoreDirectory directory;

    Blobs(StoreDirectory directory) {
        this.directory = directory;
    }

    public boolean has(Digest digest) {
        return Files.exists(directory.blob(digest));
    }

    /** In bytes; empty when it is not here. */
    public OptionalLong size(Digest digest) throws IOException {
        try {
            return OptionalLong.of(Files.size(directory.blob(digest)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** The file, for who sends it without reading it. It may go when nobody's lease or image names it. */
    public Path path(Digest digest) {
        return directory.blob(digest);
    }

    /**
     * @param offset from which byte on
     * @throws NotThere when it is not here
     */
    public InputStream open(Digest digest, long offset) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory.blob(digest), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw absent(digest, e);
        }
        boolean open = false;
        try {
            channel.position(offset);
            open = true;
            return Channels.newInputStream(channel);
        } finally {
            if (!open) {
                channel.close();
            }
        }
    }

    private static NotThere absent(Digest digest, NoSuchFileException cause) {
        NotThere gone = new NotThere("blob " + digest + " is not in the image store");
        gone.initCause(cause);
        return gone;
    }

    /**
     * A manifest, an index or a configuration; verified again, since disks forget.
     *
     * @throws NotThere when it is not here
     * @throws DamagedBlob when it is not what it was
     */
    public Document document(Descriptor descriptor) throws IOException {
        try {
            return Document.verified(descriptor, Files.readAllBytes(directory.blob(descriptor.digest())));
        } catch (ContentMismatch e) {
            throw new DamagedBlob(descriptor.digest(), e);
        } catch (NoSuchFileException e) {
            throw absent(descriptor.digest(), e);
        }
    }

    /** All of them, in no order. */
    public List<Digest> all() throws IOException {
        List<Digest> found = new ArrayList<>();
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            StoreDirectory.names(directory.blobs(algorithm)).stream()
                    .map(name -> Digest.parse(algorithm.word() + ":" + name))
                    .flatMap(Optional::stream)
                    .forEach(found::add);
        }
        return found;
    }
}
