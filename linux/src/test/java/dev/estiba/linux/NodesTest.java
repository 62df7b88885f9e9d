package dev.estiba.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files by names that are bytes, and what they have: Nodes, Attributes, ExtendedAttributes, FileData. */
class NodesTest {
    private static final byte[] NAME = {'a', (byte) 0xff, '\n'};
    private static final byte[] OTHER = {(byte) 0xfe};

    @TempDir
    Path temporary;

    private final CallMemory memory = new CallMemory();
    private Fd directory;

    @BeforeEach
    void open() throws Exception {
        directory = Open.absolute(temporary.toString(), Open.How.directory());
    }

    /** JUnit cannot remove what Java has no name for. */
    @AfterEach
    void remove() throws Exception {
        for (byte[] name : new byte[][] {NAME, OTHER, bytes("f")}) {
            RemoveTree.remove(memory, directory, name);
        }
        directory.close();
        memory.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Fd create(byte[] name) throws Exception {
        return Nodes.open(
                memory, directory, name, new Open.How(Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE, 0600, 0));
    }

    @Test
    void directoriesAndLinks() throws Exception {
        assertThat(Nodes.makeDirectory(memory, directory, NAME, 0700)).isTrue();
        assertThat(Nodes.makeDirectory(memory, directory, NAME, 0700)).isFalse();
        assertThat(Nodes.makeLink(memory, directory, OTHER, NAME)).isTrue();
        assertThat(Nodes.readLink(memory, directory, OTHER))
                .hasValueSatisfying(text -> assertThat(text).isEqualTo(NAME));
        assertThat(Nodes.readLink(memory, directory, NAME)).isEmpty();
        assertThat(Nodes.makeHardLink(memory, directory, OTHER, directory, bytes("f")))
                .isTrue();
        assertThat(Attributes.of(memory, directory, bytes("f")).links()).isEqualTo(2);
        assertThat(Attributes.of(memory, directory, NAME).isDirectory()).isTrue();
        assertThat(Nodes.removeDirectory(memory, directory, NAME)).isTrue();
        assertThat(Nodes.removeDirectory(memory, directory, NAME)).isFalse();
        Nodes.rename(memory, directory, OTHER, directory, NAME);
        assertThat(Nodes.remove(memory, directory, NAME)).isTrue();
        assertThat(Nodes.remove(memory, directory, NAME)).isFalse();
    }

    @Test
    void aWhiteoutIsADeviceThatEverybodyMayMake() throws Exception {
        assertThat(Nodes.make(memory, directory, NAME, Nodes.CHARACTER_DEVICE, 0, 0))
                .isTrue();
        assertThat(Nodes.make(memory, directory, NAME, Nodes.FIFO | 0600, 0, 0)).isFalse();
        assertThat(Attributes.of(memory, directory, NAME).isWhiteout()).isTrue();
        assertThat(Nodes.make(memory, directory, OTHER, Nodes.FIFO | 0600, 0, 0))
                .isTrue();
        assertThat(Attributes.of(memory, directory, OTHER).isWhiteout()).isFalse();
        assertThatThrownBy(() -> Nodes.make(memory, directory, bytes("f"), Nodes.BLOCK_DEVICE, 4096, 0))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.EINVAL)).isTrue());
    }

    @Test
    void ownersPermissionsAndTimes() throws Exception {
        Instant accessed = Instant.ofEpochSecond(5, 7);
        Instant modified = Instant.ofEpochSecond(1_000_000_000, 999_999_999);
        try (Fd file = create(NAME)) {
            Attributes.Stat before = Attributes.of(memory, file);
            Attributes.own(memory, file, before.uid(), before.gid());
            Attributes.permit(memory, file, 0751);
            Attributes.date(memory, file, accessed, modified);
            Attributes.Stat stat = Attributes.of(memory, file);
            assertThat(stat).isEqualTo(Attributes.of(memory, directory, NAME));
            assertThat(stat.mode()).isEqualTo(Nodes.FILE | 0751);
            assertThat(stat.accessed()).isEqualTo(accessed);
            assertThat(stat.modified()).isEqualTo(modified);
            assertThat(stat.size()).isZero();
        }
        Nodes.makeLink(memory, directory, OTHER, NAME);
        Attributes.date(memory, directory, OTHER, modified, accessed);
        Attributes.permit(memory, directory, NAME, 0700);
        assertThat(Attributes.of(memory, directory, OTHER).modified()).isEqualTo(accessed);
        assertThat(Attributes.of(memory, directory, NAME).modified()).isEqualTo(modified);
        assertThat(Attributes.of(memory, directory, NAME).mode()).isEqualTo(Nodes.FILE | 0700);
    }

    @Test
    void extendedAttributes() throws Exception {
        byte[] value = HexFormat.of().parseHex("00ff0a3d");
        try (Fd file = create(NAME)) {
            try {
                ExtendedAttributes.set(memory, file, bytes("user.one"), value);
            } catch (ErrnoException e) {
                org.junit.jupiter.api.Assumptions.assumeFalse(
                        e.is(Errno.EOPNOTSUPP), "this file system has no extended attributes");
                throw e;
            }
            ExtendedAttributes.set(memory, file, bytes("user.none"), new byte[0]);
            assertThat(ExtendedAttributes.get(memory, file, bytes("user.one")))
                    .hasValueSatisfying(read -> assertThat(read).isEqualTo(value));
            assertThat(ExtendedAttributes.get(memory, file, bytes("user.other")))
                    .isEmpty();
            assertThat(ExtendedAttributes.list(memory, file))
                    .extracting(CallMemory::shown)
                    .contains("user.one", "user.none");
            assertThat(ExtendedAttributes.remove(memory, file, bytes("user.one")))
                    .isTrue();
            assertThat(ExtendedAttributes.remove(memory, file, bytes("user.one")))
                    .isFalse();
        }
    }

    @Test
    void bytesAtTheirPlacesAndHolesBetween() throws Exception {
        byte[] large = new byte[CallMemory.DATA + 5];
        large[large.length - 1] = 7;
        try (Fd file = create(bytes("f"))) {
            FileData.write(memory, file, 1 << 20, large, 0, large.length);
            FileData.truncate(memory, file, 4 << 20);
            assertThat(Attributes.of(memory, file).size()).isEqualTo(4 << 20);
            byte[] read = Files.readAllBytes(temporary.resolve("f"));
            assertThat(read[(1 << 20) + CallMemory.DATA + 4]).isEqualTo((byte) 7);
            // A file system may have no holes, and then all is data.
            assertThat(FileData.nextData(memory, file, 0).orElseThrow()).isBetween(0L, 1L << 20);
            assertThat(FileData.nextHole(memory, file, 1 << 20)).isNotEqualTo(OptionalLong.empty());
            assertThat(FileData.nextData(memory, file, 5 << 20)).isEqualTo(OptionalLong.empty());
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() throws Exception {
        assertThatThrownBy(() -> Nodes.makeDirectory(memory, directory, new byte[] {'a', 0}, 0700))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Nodes.makeDirectory(memory, directory, new byte[5000], 0700))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] longest = bytes("x".repeat(4096));
        assertThatThrownBy(() -> Nodes.makeDirectory(memory, directory, longest, 0700))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.ENAMETOOLONG)).isTrue());
    }
}
