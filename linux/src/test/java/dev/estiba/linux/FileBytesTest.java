package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contents: files, memfds, pipes and sockets. */
class FileBytesTest {
    @TempDir
    Path directory;

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aFileIsReadUpToTheCap() throws Exception {
        for (int size : new int[] {0, 1, 4095, 4096, 4097, 65536, 65537, 300_000}) {
            byte[] bytes = random(size);
            Path file = Files.write(directory.resolve("file"), bytes);
            try (Fd fd = Open.absolute(file.toString(), Open.How.reading())) {
                assertThat(FileBytes.readAll(fd, Math.max(1, size))).isEqualTo(bytes);
            }
            if (size > 1) {
                try (Fd fd = Open.absolute(file.toString(), Open.How.reading())) {
                    assertThatThrownBy(() -> FileBytes.readAll(fd, size - 1))
                            .isInstanceOfSatisfying(
                                    ErrnoException.class,
                                    e -> assertThat(e.is(Errno.EFBIG)).isTrue());
                }
            }
        }
    }

    @Test
    void aSealedMemfdCannotChange() throws Exception {
        byte[] bytes = random(100_000);
        try (Fd memory = Memfd.data("sealed", bytes)) {
            assertThat(Memfd.isSealed(memory)).isTrue();
            assertThat(FileBytes.readAll(memory, 200_000)).isEqualTo(bytes);
            assertThatThrownBy(() -> FileBytes.writeAtStart(memory, new byte[1]))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EPERM)).isTrue());
        }
    }

    @Test
    void aFileOnDiskIsNotSealed() throws Exception {
        Path file = Files.write(directory.resolve("file"), new byte[1]);
        try (Fd fd = Open.absolute(file.toString(), Open.How.reading())) {
            assertThatThrownBy(() -> Memfd.isSealed(fd))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EINVAL)).isTrue());
        }
    }

    @Test
    void aPipeCarriesMoreThanItHolds() throws Exception {
        byte[] bytes = random(1 << 20);
        try (Pipe pipe = Pipe.open("a pipe")) {
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    FileBytes.writeAll(pipe.writer(), bytes);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                } finally {
                    pipe.writer().close();
                }
            });
            assertThat(FileBytes.readAll(pipe.reader(), 2 << 20)).isEqualTo(bytes);
            writer.join();
        }
    }

    @Test
    void pollSaysWhoHasSomething() throws Exception {
        try (Pipe quiet = Pipe.open("quiet");
                Pipe loud = Pipe.open("loud")) {
            List<Fd> both = List.of(quiet.reader(), loud.reader());
            assertThat(Poll.readable(both, Duration.ZERO)).isEmpty();
            long before = System.nanoTime();
            assertThat(Poll.readable(both, Duration.ofMillis(30))).isEmpty();
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(30_000_000);
            FileBytes.writeAll(loud.writer(), new byte[1]);
            assertThat(Poll.readable(both, Duration.ofSeconds(10))).containsExactly(loud.reader());
            quiet.writer()
                    .close(); // the end counts too, when a child that another test starts has let go of it as well
            assertThat(Poll.readable(List.of(quiet.reader()), Duration.ofSeconds(10)))
                    .containsExactly(quiet.reader());
            assertThat(Poll.readable(both, Duration.ofSeconds(10))).containsExactlyInAnyOrderElementsOf(both);
        }
    }

    @Test
    void messagesStayWhole() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "messages")) {
            pair.ours().send(random(10));
            pair.ours().send(random(20));
            assertThat(pair.theirs().receive(100).bytes()).isEqualTo(random(10));
            assertThatThrownBy(() -> pair.theirs().receive(19))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EMSGSIZE)).isTrue());
            pair.ours().close();
            assertThat(pair.theirs().receive(100).bytes()).isEmpty();
        }
    }

    @Test
    void descriptorsTravel() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.STREAM, "a stream");
                Fd one = Memfd.data("one", new byte[] {1});
                Fd two = Memfd.data("two", new byte[] {2})) {
            pair.ours().send(new byte[] {7}, List.of(one, two));
            UnixSocket.Message message = pair.theirs().receive(10);
            assertThat(message.bytes()).containsExactly(7);
            assertThat(message.fds()).hasSize(2);
            try (Fd first = message.fds().get(0);
                    Fd second = message.fds().get(1)) {
                assertThat(FileBytes.readAll(first, 10)).containsExactly(1);
                assertThat(FileBytes.readAll(second, 10)).containsExactly(2);
            }
        }
    }

    @Test
    void nobodyAtTheOtherEndIsAnErrorAndNoSignal() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.STREAM, "a stream")) {
            pair.theirs().close();
            assertThatThrownBy(() -> pair.ours().send(new byte[] {1}))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EPIPE)).isTrue());
        }
    }

    @Test
    void aConnectionNeedsSomebody() {
        assertThatThrownBy(() -> UnixSocket.connect(
                        UnixSocket.Kind.STREAM, directory.resolve("none").toString()))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.ENOENT)).isTrue());
        assertThatThrownBy(() -> UnixSocket.connect(UnixSocket.Kind.STREAM, "/" + "x".repeat(107)))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.ENAMETOOLONG)).isTrue());
    }

    @Test
    void aDescriptorIsAChannelToo() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.STREAM, "a stream");
                FdChannel channel = new FdChannel(pair.ours().fd())) {
            channel.write(ByteBuffer.wrap("abc".getBytes(StandardCharsets.US_ASCII)));
            assertThat(pair.theirs().receive(10).bytes())
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("abc");
            pair.theirs().close();
            assertThat(channel.read(ByteBuffer.allocate(4))).isEqualTo(-1);
            assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void fileSystemsHaveNumbers() throws Exception {
        try (Fd proc = Open.absolute("/proc", Open.How.directory())) {
            assertThat(FileSystems.magic(proc)).isEqualTo(FileSystems.PROC);
            assertThat(Terminals.isTerminal(proc)).isFalse();
        }
    }
}
