package dev.estiba.content.archive;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.Which;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A directory for archives, and one for what waits; the latter is empty when the test ends. */
final class Room implements AutoCloseable {
    final Path top;
    final Fd from;
    private final Path waiting;
    final Fd spool;

    Room(Path directory) throws IOException {
        top = Files.createDirectory(directory.resolve("archives"));
        waiting = Files.createDirectory(directory.resolve("spool"));
        from = Open.absolute(top.toString(), Open.How.directory());
        spool = Open.absolute(waiting.toString(), Open.How.directory());
    }

    /** The archive's kind is told by looking. */
    MemoryPlace get(byte[] archive, Which which) throws IOException {
        try (ImageArchive images = ImageArchive.read("a.tar", new ByteArrayInputStream(archive), spool);
                ImageSource source = images.source(which)) {
            return get(source);
        }
    }

    /** Of Docker's kind, also when it is a layout too. */
    MemoryPlace docker(byte[] archive, Which which) throws IOException {
        ArchiveFiles files = ArchiveFiles.read("a.tar", new ByteArrayInputStream(archive), spool);
        try (ImageSource source = DockerArchiveSource.of(files, which)) {
            return get(source);
        }
    }

    private static MemoryPlace get(ImageSource source) throws IOException {
        MemoryPlace target = new MemoryPlace();
        ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE);
        return target;
    }

    List<String> leftovers() throws IOException {
        try (Stream<Path> all = Stream.concat(Files.list(waiting), Files.list(top))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void close() {
        from.close();
        spool.close();
    }
}
