package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names beneath a held directory, locks, and files that are there whole or not at all. */
class NamesTest {
    @TempDir
    Path directory;

    private Fd held;

    @BeforeEach
    void open() throws IOException {
        held = Open.absolute(directory.toString(), Open.How.directory());
    }

    @AfterEach
    void close() throws IOException {
        held.close();
        Files.deleteIfExists(directory.resolve("link"));
    }

    @Test
    void aNameIsRemovedOnce() throws IOException {
        Files.writeString(directory.resolve("a"), "x");
        Files.createDirectory(directory.resolve("d"));
        assertThat(Names.remove(held, "a")).isTrue();
        assertThat(Names.remove(held, "a")).isFalse();
        assertThat(Names.removeDirectory(held, "d")).isTrue();
        assertThat(Names.removeDirectory(held, "d")).isFalse();
    }

    @Test
    void whatIsNotEmptyIsNotRemoved() throws IOException {
        Files.createDirectories(directory.resolve("d/e"));
        assertThatThrownBy(() -> Names.removeDirectory(held, "d")).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e.is(Errno.ENOTEMPTY)).isTrue();
            assertThat(e).hasMessage("unlink d in " + held.label() + ": Directory not empty (ENOTEMPTY)");
        });
        assertThatThrownBy(() -> Names.remove(held, "d")).isInstanceOf(ErrnoException.class);
        assertThat(directory.resolve("d/e")).exists();
    }

    @Test
    void aRenameReplacesWhatWasThere() throws IOException {
        Files.writeString(directory.resolve("a"), "new");
        Files.writeString(directory.resolve("b"), "old");
        Names.rename(held, "a", held, "b");
        assertThat(directory.resolve("b")).hasContent("new");
        assertThat(directory.resolve("a")).doesNotExist();
        assertThatThrownBy(() -> Names.rename(held, "a", held, "b"))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("rename a in " + held.label() + " to b: No such file or directory (ENOENT)");
    }

    @Test
    void aLinkIsMadeOnceAndItsTextIsRead() throws IOException {
        assertThat(Names.link(held, "link", "any text, ü")).isTrue();
        assertThat(Names.link(held, "link", "other")).isFalse();
        assertThat(Names.readLink(held, "link")).contains("any text, ü");
    }

    @Test
    void whatIsNoLinkHasNoText() throws IOException {
        Files.writeString(directory.resolve("a"), "x");
        assertThat(Names.readLink(held, "a")).isEmpty();
        assertThat(Names.readLink(held, "none")).isEmpty();
    }

    /** flock(2): of open files, so two of the same directory in one process exclude each other as well. */
    @Test
    void aLockIsWaitedForUntilItsDescriptorIsClosed() throws Exception {
        Fd first = Open.absolute(directory.toString(), Open.How.directory());
        Flock.lock(first, Flock.Kind.EXCLUSIVE);
        AtomicBoolean released = new AtomicBoolean();
        AtomicBoolean early = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        Thread second = Thread.ofPlatform().start(() -> {
            try (Fd own = Open.absolute(directory.toString(), Open.How.directory())) {
                started.countDown();
                Flock.lock(own, Flock.Kind.EXCLUSIVE);
                early.set(!released.get());
            } catch (IOException e) {
                early.set(true);
            }
        });
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.join(java.time.Duration.ofMillis(100))).isFalse();
        released.set(true);
        first.close();
        assertThat(second.join(java.time.Duration.ofSeconds(60))).isTrue();
        assertThat(early).isFalse();
    }

    @Test
    void aFileIsReplacedAsAWhole() throws IOException {
        byte[] large = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        AtomicFile.write(held, "a", large);
        assertThat(directory.resolve("a")).hasBinaryContent(large);
        AtomicFile.writeDurably(held, "a", new byte[] {1});
        assertThat(directory.resolve("a")).hasBinaryContent(new byte[] {1});
        assertThat(Files.getPosixFilePermissions(directory.resolve("a")))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        assertThat(directory.resolve("a.new")).doesNotExist();
    }

    /** Of somebody who was killed between the two: a file, or a trap. */
    @Test
    void whatWasLeftOverIsNotWrittenThrough() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "untouched");
        Files.createSymbolicLink(directory.resolve("a.new"), other);
        AtomicFile.write(held, "a", new byte[] {1});
        assertThat(other).hasContent("untouched");
        assertThat(Files.isRegularFile(directory.resolve("a"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void aFileThatCannotBeWrittenLeavesTheOldOne() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        assertThatThrownBy(() -> AtomicFile.write(held, "a", new byte[] {1}))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("rename a.new");
        assertThat(directory.resolve("a/b")).exists();
        assertThat(directory.resolve("a.new")).doesNotExist();
    }
}
