package dev.estiba.content.unpack;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarReader;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Room;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Optional;

/**
 * Unpacks archives into trees that are in use: a container's root file system, by a thread in a {@link Room} that has nothing else, or
 * a directory of the caller's. Not all or nothing: what was there when an entry fails stays, but for that entry's file.
 */
public final class Extractor {
    private final UnpackLimits limits;

    public Extractor(UnpackLimits limits) {
        this.limits = limits;
    }

    /**
     * @param entries of the archive
     * @param bytes of the contents of its files
     * @param omitted what was left out and why, a sentence each, as far as there are {@link Unpacked#MOST_TOLD}
     */
    public record Extracted(long entries, long bytes, List<String> omitted) {
        public Extracted {
            omitted = List.copyOf(omitted);
        }
    }

    /**
     * Into somebody else's tree. Takes root.
     *
     * @param packed plain, or packed as layers may be; stays the caller's, and is read to its end
     * @param root the tree's root directory, which is the thread's as well; stays the caller's
     * @throws UnpackException when an entry cannot be made; its cause is what the kernel has said, if it is that
     * @throws dev.estiba.content.tar.MalformedArchive when the archive is none
     */
    public Extracted intoForeign(InputStream packed, Fd root, ExtractOptions options) throws IOException {
        Room.load(TarReader.class);
        Exchange exchange = new Exchange();
        PackedInput input = new PackedInput(packed, _ -> {});
        Compression compression;
        InputStream whole;
        byte[] beginning = input.readNBytes(Compression.MAGIC);
        compression = Compression.of(beginning);
        whole = new SequenceInputStream(new ByteArrayInputStream(beginning), input);
        Room<Extracted> room = Room.startIn(
                "extract", root, inside -> extract(exchange.input(), inside.layer(), options), exchange::refuse);
        Throwable failure = Unpacker.pump(compression, whole, exchange, new ArchiveHash(limits, input));
        try {
            Extracted done = room.await();
            if (failure != null) {
                throw Unpacker.thrown(failure);
            }
            return done;
        } catch (IOException | RuntimeException | Error e) {
            throw Unpacker.thrown(failure == null ? e : failure);
        }
    }

    /**
     * Into a directory of the caller's own, with the caller's rights, by this thread.
     *
     * @param archive plain; stays the caller's
     * @param root stays the caller's
     */
    public Extracted intoOwn(InputStream archive, Fd root, ExtractOptions options) throws IOException {
        return extract(archive, root, options);
    }

    private Extracted extract(InputStream in, Fd root, ExtractOptions options) throws IOException {
        try (LiveTree tree = new LiveTree(root, options)) {
            TarReader reader = new TarReader(in);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                if (tree.entries() == limits.entries()) {
                    throw new UnpackException("the archive has more than " + limits.entries() + " entries");
                }
                tree.add(entry.get(), reader.content());
            }
            // What is behind the archive's end is nothing of it, but who sends it waits until it is read.
            while (in.skip(Exchange.BUFFER) > 0) {
                continue;
            }
            tree.finish();
            return new Extracted(tree.entries(), tree.fileBytes(), tree.omitted());
        }
    }
}
