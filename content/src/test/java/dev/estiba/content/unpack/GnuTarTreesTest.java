package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.compression.Compression;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.Room;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is unpacked is what GNU tar unpacks, in contents and in all metadata. */
@Tag("kernel")
class GnuTarTreesTest {
    private static final String HARD_CASES = """
            mkdir -m 1777 sticky; mkdir -m 2755 setgid; mkdir -m 0000 closed; mkdir -m 0555 'read only'
            touch setgid/in; mkdir setgid/dir; chmod 0755 setgid/dir; chgrp 77 setgid; chgrp 0 setgid/in
            printf abc >f; chmod 4711 f; chown 1000:2000 f; printf x >g; chmod 6755 g; chown 5:6 g
            ln f hard; ln f sticky/hard; ln -s ../nowhere soft; ln soft hardsoft; chown -h 12:13 soft
            mkfifo -m 0640 fifo; chown 7:8 fifo; mknod -m 0600 char c 1 3; mknod -m 0660 block b 259 70000; mknod big c 4095 1048575
            : >empty; head -c 700000 /dev/urandom >large; chown 4294967294:4294967294 empty
            truncate -s 3M hole; truncate -s 1M end; printf x | dd of=end bs=1 seek=100 conv=notrunc status=none
            for i in $(seq 0 39); do printf "segment $i" | dd of=many bs=1 seek=$((i * 65536 + 7)) conv=notrunc status=none; done
            : >$'\\xff\\xfe'; : >$'new\\nline'; : >'%s%3D'; : >' both '; mkdir $'d\\xff'; : >$'d\\xff/\\xe2\\x28'
            ln -s $'\\xff\\n' ' to'; n=$(printf 'l%.0s' $(seq 255)); : >$n; mkdir -p deep/$n/$n/$n
            touch -d @1.000000001 f; touch -d @-1.25 g; touch -d @8589934592.999999999 many; touch -h -d @5.5 soft; touch -d @7.5 fifo
            touch -d @1000000000.123456789 sticky setgid closed 'read only' deep; touch -d @99.000000099 .
            """;

    /** cap_net_raw+ep: struct vfs_cap_data of version 2 (capabilities(7)). */
    private static final byte[] CAPABILITY = HexFormat.of().parseHex("0100000200200000000000000000000000000000");

    @TempDir
    Path directory;

    private Path source;
    private Path theirs;
    private Path ours;

    @BeforeEach
    void layout() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        source = Files.createDirectory(directory.resolve("source"));
        theirs = Files.createDirectory(directory.resolve("theirs"));
        ours = Files.createDirectory(directory.resolve("ours"));
    }

    private Unpacked compare(Path tree, String packing, Compression compression) throws Exception {
        Path archive = directory.resolve("archive");
        Trees.bash(
                tree,
                "tar --format=posix --xattrs --xattrs-include='*' --numeric-owner --sparse -cf - . | " + packing + " >'"
                        + archive + "'");
        Trees.bash(
                theirs,
                "tar --xattrs --xattrs-include='*' --numeric-owner --same-permissions --same-owner -xf '" + archive
                        + "'");
        Unpacked unpacked;
        try (InputStream in = Files.newInputStream(archive)) {
            unpacked = Trees.unpack(in, compression, ours);
        }
        Trees.assertSame(theirs, ours);
        assertThat(unpacked.packedSize()).isEqualTo(Files.size(archive));
        assertThat(unpacked.implied()).isEmpty();
        if (compression == Compression.NONE) {
            assertThat(unpacked.diffId()).isEqualTo(Digest.of(Files.readAllBytes(archive)));
        }
        return unpacked;
    }

    @Test
    void hardCases() throws Exception {
        Trees.bash(source, HARD_CASES);
        set("large", "security.capability", CAPABILITY);
        set("f", "user.note", new byte[] {0, 1, '\n', '=', -1});
        set("read only", "user.empty", new byte[0]);
        set("many", "user.large", new byte[3000]);
        Unpacked unpacked = compare(source, "cat", Compression.NONE);
        Trees.assertSame(source, ours);
        assertThat(unpacked.size()).isEqualTo(unpacked.packedSize());
        assertThat(unpacked.omitted()).isEmpty();
        assertThat(unpacked.walls())
                .isEqualTo(new Room.Walls(true, true, unpacked.walls().landlock()));
    }

    private void set(String file, String name, byte[] value) throws IOException {
        try (CallMemory memory = new CallMemory();
                Fd fd = Open.absolute(source.resolve(file).toString(), Open.How.reading())) {
            ExtendedAttributes.set(memory, fd, name.getBytes(StandardCharsets.US_ASCII), value);
        }
    }

    @Test
    void thousandsOfFilesOfThisMachine() throws Exception {
        Path share = Path.of("/usr/share/zoneinfo");
        assumeTrue(Files.isDirectory(share), "this machine has no zoneinfo");
        compare(share, "gzip -1", Compression.GZIP);
    }

    @Test
    void aJdk() throws Exception {
        assumeTrue(Boolean.getBoolean("estiba.long"), "only --long unpacks 300 MB");
        compare(Path.of(System.getProperty("java.home")), "gzip -1", Compression.GZIP);
    }

    @Test
    void aDebianRoot() throws Exception {
        assumeTrue(Boolean.getBoolean("estiba.long"), "only --long makes a Debian root");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/debootstrap")), "no debootstrap (apt-get install debootstrap)");
        Path root = directory.resolve("root");
        Process made = new ProcessBuilder("debootstrap", "--variant=minbase", "bookworm", root.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("debootstrap.log").toFile())
                .start();
        assumeTrue(made.waitFor() == 0, "debootstrap finds no mirror");
        compare(root, "gzip -1", Compression.GZIP);
    }
}
