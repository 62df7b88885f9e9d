package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlockTest {
    @TempDir
    Path directory;

    @Test
    void openFilesExcludeEachOther() throws Exception {
        Path file = Files.createFile(directory.resolve("lock"));
        try (Fd first = Open.absolute(file.toString(), Open.How.reading());
                Fd second = Open.absolute(file.toString(), Open.How.reading())) {
            Flock.lock(first, Flock.Kind.SHARED);
            assertThat(Flock.tryLock(second, Flock.Kind.SHARED)).isTrue();
            assertThat(Flock.tryLock(first, Flock.Kind.EXCLUSIVE)).isFalse();
        }
        try (Fd first = Open.absolute(file.toString(), Open.How.reading());
                Fd second = Open.absolute(file.toString(), Open.How.reading())) {
            assertThat(Flock.tryLock(first, Flock.Kind.EXCLUSIVE)).isTrue();
            assertThat(Flock.tryLock(second, Flock.Kind.SHARED)).isFalse();
            first.close();
            assertThat(Flock.tryLock(second, Flock.Kind.SHARED)).isTrue();
        }
    }

    /** A second descriptor of the same open file, as a child has it that has not become its program yet. */
    @Test
    void whatIsGivenBackIsGivenBackByAllDescriptors() throws Exception {
        Path file = Files.createFile(directory.resolve("lock"));
        try (Fd first = Open.absolute(file.toString(), Open.How.reading());
                Fd copy = first.duplicate();
                Fd second = Open.absolute(file.toString(), Open.How.reading())) {
            Flock.lock(first, Flock.Kind.EXCLUSIVE);
            assertThat(Flock.tryLock(second, Flock.Kind.SHARED)).isFalse();
            Flock.unlock(first);
            first.close();
            assertThat(copy.isOpen()).isTrue();
            assertThat(Flock.tryLock(second, Flock.Kind.EXCLUSIVE)).isTrue();
        }
    }

    @Test
    void aFileSystemIsSynced() throws Exception {
        try (Fd on = Open.absolute(directory.toString(), Open.How.directory())) {
            Sync.fileSystem(on);
        }
    }
}
