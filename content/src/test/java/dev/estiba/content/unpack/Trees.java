package dev.estiba.content.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarReader;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Trees made by a shell, packed and unpacked by GNU tar, and compared by it. */
final class Trees {
    private Trees() {}

    /** Runs a script in a directory; what it writes, which must succeed. */
    static byte[] bash(Path directory, String script) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("estiba-errors", "");
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                    .directory(directory.toFile())
                    .redirectError(errors.toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("TZ", "UTC");
            Process process = builder.start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            assertThat(status)
                    .as(Files.readString(errors, StandardCharsets.ISO_8859_1))
                    .isZero();
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    private static final String ARCHIVE = """
            tar --sort=name --format=posix --pax-option='delete=atime,delete=ctime,exthdr.name=%d/P/%f' \
                --xattrs --xattrs-include='*' --numeric-owner --sparse --sparse-version=0.0 --blocking-factor=1 -cf - .""";

    /** An archive that says everything of a tree, and of equal trees is equal. */
    static byte[] archive(Path tree) throws IOException, InterruptedException {
        return bash(tree, ARCHIVE);
    }

    /** Its digest: it may be larger than a heap. */
    private static byte[] digest(Path tree) throws IOException, InterruptedException {
        return bash(tree, ARCHIVE + " | sha256sum");
    }

    /** Asserts that two trees are equal in all that GNU tar keeps. */
    static void assertSame(Path one, Path other) throws IOException, InterruptedException {
        if (!Arrays.equals(digest(one), digest(other))) {
            assertThat(described(archive(one))).isEqualTo(described(archive(other)));
            assertThat(listing(one)).isEqualTo(listing(other));
            throw new AssertionError("the trees differ in contents or attributes");
        }
    }

    /** For the message: what our reader sees in it. */
    private static List<String> described(byte[] archive) throws IOException {
        List<String> all = new ArrayList<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            all.add(entry.get() + " " + Digest.of(reader.content().readAllBytes()));
        }
        return all;
    }

    static List<String> listing(Path tree) throws IOException, InterruptedException {
        byte[] found = bash(
                tree, "find . -printf '%p %y %m %U:%G %T@ %s %n %l\\n' | sort; getfattr -Rhd -m - -e hex . || true");
        return new String(found, StandardCharsets.ISO_8859_1).lines().toList();
    }

    static Unpacked unpack(byte[] archive, Path target) throws IOException {
        return unpack(
                new ByteArrayInputStream(archive),
                Compression.of(Arrays.copyOf(archive, Math.min(6, archive.length))),
                target);
    }

    static Unpacked unpack(InputStream archive, Compression compression, Path target) throws IOException {
        try (Fd directory = Open.absolute(target.toString(), Open.How.directory())) {
            return Unpacker.ofThisProcess().unpack(archive, compression, directory, count -> {});
        }
    }
}
