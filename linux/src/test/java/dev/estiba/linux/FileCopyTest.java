package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCopyTest {
    @TempDir
    Path directory;

    private Path sparse() throws IOException {
        Path file = directory.resolve("sparse");
        byte[] some = new byte[300_000];
        new Random(1).nextBytes(some);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(some);
            out.seek(8 << 20);
            out.write(some);
            out.setLength(16 << 20);
        }
        return file;
    }

    private static long blocks(Path file) throws IOException, InterruptedException {
        Process du = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes()).strip());
    }

    private interface Copying {
        void copy(CallMemory memory, Fd from, Fd to, long size) throws IOException;
    }

    private void same(Copying copying) throws Exception {
        Path from = sparse();
        Path to = Files.createFile(directory.resolve("copy"));
        try (CallMemory memory = new CallMemory();
                Fd source = Open.absolute(from.toString(), Open.How.reading());
                Fd target = Open.absolute(to.toString(), new Open.How(Open.WRITE, 0, 0))) {
            copying.copy(memory, source, target, Files.size(from));
        }
        assertThat(Files.mismatch(from, to)).isEqualTo(-1);
        assertThat(blocks(to)).isLessThan(4 * (8 << 20) / 512 / 4);
    }

    @Test
    void allOfItAndItsHoles() throws Exception {
        same(FileCopy::copy);
    }

    @Test
    void whereTheKernelCannotByBytes() throws Exception {
        same((memory, from, to, size) -> FileCopy.copyData(memory, from, to, size, false));
    }

    @Test
    void fromOneFileSystemToAnother() throws Exception {
        Path from = sparse();
        try (CallMemory memory = new CallMemory();
                Fd source = Open.absolute(from.toString(), Open.How.reading());
                Fd target = Memfd.writable("copy", 0)) {
            FileCopy.copy(memory, source, target, Files.size(from));
            assertThat(Files.mismatch(from, Path.of(target.procPath()))).isEqualTo(-1);
        }
    }
}
