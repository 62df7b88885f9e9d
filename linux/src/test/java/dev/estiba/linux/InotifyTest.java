package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.Inotify.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel tells of a directory, as soon as it was done. */
class InotifyTest {
    @TempDir
    Path directory;

    private Inotify inotify;

    @BeforeEach
    void open() throws IOException {
        inotify = Inotify.open();
    }

    @AfterEach
    void close() {
        inotify.close();
    }

    @Test
    void namesComeAndGo() throws IOException {
        int watch = inotify.watchNames(directory.toString());
        assertThat(inotify.happened()).isEmpty();
        Files.createDirectory(directory.resolve("a"));
        Files.move(directory.resolve("a"), directory.resolve("b"));
        Files.delete(directory.resolve("b"));
        assertThat(inotify.happened())
                .containsExactly(
                        new Event.Came(watch, "a"),
                        new Event.Went(watch, "a"),
                        new Event.Came(watch, "b"),
                        new Event.Went(watch, "b"));
        assertThat(inotify.happened()).isEmpty();
    }

    @Test
    void contentsChange() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a");
        int watch = inotify.watchContents(directory.toString());
        Files.writeString(file, "b");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        assertThat(inotify.happened()).isNotEmpty().containsOnly(new Event.Changed(watch, "file"));
    }

    @Test
    void whatIsReadIsNoChange() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a");
        int watch = inotify.watchContents(directory.toString());
        assertThat(Files.readString(file)).isEqualTo("a");
        assertThat(inotify.happened()).isEmpty();
        assertThat(inotify.watchContents(directory.toString())).isEqualTo(watch);
    }

    @Test
    void aFileIsWrittenTo() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "a");
        int watch = inotify.watchWrites(file.toString());
        assertThat(inotify.watchWrites(file.toString())).isEqualTo(watch);
        assertThat(Files.readString(file)).isEqualTo("a");
        assertThat(inotify.happened()).isEmpty();
        Files.writeString(file, "b", StandardOpenOption.WRITE);
        assertThat(inotify.happened()).isNotEmpty().containsOnly(new Event.Changed(watch, ""));
    }

    @Test
    void itIsOverWithTheDirectoryOrWhenForgotten() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        int first = inotify.watchNames(one.toString());
        int second = inotify.watchNames(two.toString());
        Files.delete(one);
        inotify.forget(second);
        inotify.forget(first);
        assertThat(inotify.happened()).contains(new Event.Over(first), new Event.Over(second));
        assertThat(inotify.watchNames(two.toString())).isNotIn(first, second);
    }

    @Test
    void moreThanTheKernelKeepsIsSaidToBeLost() throws IOException {
        inotify.watchNames(directory.toString());
        // By lines: a number of /proc/sys is given by the first read alone, and readString's is of a single byte.
        int most = Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                .getFirst());
        for (int i = 0; i <= most / 2; i++) {
            Files.delete(Files.createFile(directory.resolve("f" + i)));
        }
        List<Event> happened = inotify.happened();
        assertThat(happened.size()).isEqualTo(most + 1);
        assertThat(happened.getLast()).isEqualTo(new Event.Lost());
        Files.createFile(directory.resolve("next"));
        assertThat(inotify.happened()).hasSize(1);
    }

    @Test
    void namesOfAnyLengthAreWhole() throws IOException {
        int watch = inotify.watchNames(directory.toString());
        List<String> names = IntStream.of(1, 15, 16, 17, 254, 255)
                .mapToObj(length -> "n".repeat(length))
                .toList();
        for (String name : names) {
            Files.createDirectory(directory.resolve(name));
        }
        assertThat(inotify.happened())
                .containsExactlyElementsOf(names.stream()
                        .<Event>map(name -> new Event.Came(watch, name))
                        .toList());
    }

    @Test
    void whatIsNoDirectoryIsNotWatched() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        for (Path path : List.of(file, link, directory.resolve("none"))) {
            assertThatThrownBy(() -> inotify.watchNames(path.toString()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining(path.toString());
        }
    }
}
