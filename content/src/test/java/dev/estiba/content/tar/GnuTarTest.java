package dev.estiba.content.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.tar.Programs.Found;
import dev.estiba.content.tar.RawTar.Read;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that GNU tar has made of real files: what is read of them is what the files are. */
@Tag("peer")
class GnuTarTest {
    /** With times that every format holds. */
    private static final String PLAIN = """
            mkdir -m 1777 d; mkdir -m 2755 d/e; printf abc >d/f; chmod 4711 d/f; : >empty
            ln d/f hard; ln -s ../nowhere soft; mkfifo -m 600 fifo
            head -c 100000 /dev/zero | tr '\\0' x >large
            find . -exec touch -h -d @1700000000 {} +
            """;

    /** In a name of Latin-1 bytes, a shell's quoting. */
    private static final String ODD = """
            : >$'\\xff\\xfe'; : >$'new\\nline'; : >'%s%3D'; : >' both '; : >$'\\x01'; : >$'caf\\xc3\\xa9'; : >'a\\b"'
            ln -s $'\\xff\\n' ' to'; mkdir $'d\\xff'; : >$'d\\xff/\\xe2\\x28'
            """;

    /** A name for each length, of directories of 99 characters at most, and a link to each. */
    private static final String LONG = """
            for n in 98 99 100 101 153 154 155 156 157 254 255 256 257 258 1000 3998; do
                name=$(printf "%${n}s" | tr ' ' x | sed -E 's/(x{49})x/\\1\\//g; s/.$/f/')
                mkdir -p "$(dirname "$name")" && : >"$name" && ln -s "$name" "link$n"
            done
            """;

    @ParameterizedTest
    @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "posix"})
    void filesOfAllKindsAreWhatTheyAre(String format, @TempDir Path tree) throws Exception {
        Programs.bash(tree, PLAIN + (format.equals("v7") ? "rm fifo" : ""));
        check(tree, format.equals("posix"), "--format=" + format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oldgnu", "gnu", "posix"})
    void namesAndTargetsOfAllLengths(String format, @TempDir Path tree) throws Exception {
        Programs.bash(tree, LONG);
        assertThat(check(tree, format.equals("posix"), "--format=" + format)).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v7", "oldgnu", "gnu", "ustar", "posix"})
    void namesThatAreNoText(String format, @TempDir Path tree) throws Exception {
        Programs.bash(tree, ODD);
        assertThat(check(tree, format.equals("posix"), "--format=" + format)).isEqualTo(11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oldgnu", "gnu", "posix"})
    void timesBefore1970AndAfter2242(String format, @TempDir Path tree) throws Exception {
        Programs.bash(tree, """
            touch -d @-1 before; touch -d @-1.25 fraction; touch -d @8589934592 after; touch -d @1.000000001 nano
            """);
        assertThat(Programs.find(tree).get("./before").time()).isEqualTo(Instant.ofEpochSecond(-1));
        check(tree, format.equals("posix"), "--format=" + format);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2097151, 2097152, 2147483648L, 4294967294L})
    void ownersOfAllNumbers(long id, @TempDir Path tree) throws Exception {
        for (String format : List.of("oldgnu", "gnu", "posix")) {
            byte[] archive = Programs.run(
                    tree, "tar", "--format=" + format, "--owner=u:" + id, "--group=g:" + id, "-cf", "-", ".");
            TarMetadata metadata = RawTar.read(archive).getFirst().entry().metadata();
            assertThat(metadata.uid()).isEqualTo(id);
            assertThat(metadata.gid()).isEqualTo(id);
            assertThat(metadata.user()).isEqualTo(TarBytes.of("u"));
            assertThat(metadata.group()).isEqualTo(TarBytes.of("g"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oldgnu", "gnu", "posix 0.0", "posix 0.1", "posix 1.0"})
    void sparseFiles(String format, @TempDir Path tree) throws Exception {
        Programs.bash(tree, """
            truncate -s 3M hole; truncate -s 1M end; printf x | dd of=end bs=1 seek=100 conv=notrunc status=none
            for i in $(seq 0 39); do printf "segment $i" | dd of=many bs=1 seek=$((i * 65536 + 7)) conv=notrunc status=none; done
            : >empty; printf whole >whole
            """ + "n=" + "l".repeat(150) + "; cp --sparse=always many $n");
        String[] words = format.split(" ");
        List<String> options = new ArrayList<>(List.of("--sparse", "--hole-detection=raw", "--format=" + words[0]));
        if (words.length > 1) {
            options.add("--sparse-version=" + words[1]);
        }
        check(tree, words[0].equals("posix"), options.toArray(String[]::new));
        Map<String, Read> read = read(tree, options.toArray(String[]::new));
        assertThat(((RegularFile) read.get("./many").entry()).data().orElseThrow())
                .hasSizeBetween(10, 40);
        assertThat(((RegularFile) read.get("./hole").entry()).data()).contains(List.of());
        assertThat(read.get("./hole").content()).isEmpty();
    }

    @Test
    void extendedAttributes(@TempDir Path tree) throws Exception {
        Path file = Files.createFile(tree.resolve("f"));
        FileStore store = Files.getFileStore(file);
        assumeTrue(
                store.supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "needs a file system with extended attributes");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        byte[] value = {0, 1, '\n', '=', -1};
        for (String name : List.of("plain", "a=b", "%3D", "100%", "é")) {
            view.write(name, java.nio.ByteBuffer.wrap(value));
        }
        Read read = read(tree, "--format=posix", "--xattrs", "--xattrs-include=user.*")
                .get("./f");
        assertThat(read.entry().metadata().attributes())
                .hasSize(5)
                .containsKeys(
                        TarBytes.of("user.plain"),
                        TarBytes.of("user.a=b"),
                        TarBytes.of("user.%3D"),
                        TarBytes.of("user.100%"));
        assertThat(read.entry().metadata().attributes().values()).allMatch(TarBytes.of(value)::equals);
    }

    @Test
    void anArchiveOfNothing(@TempDir Path tree) throws Exception {
        byte[] archive = Programs.run(tree, "tar", "-cf", "-", "-T", "/dev/null");
        assertThat(archive).hasSize(10240);
        assertThat(RawTar.read(archive)).isEmpty();
    }

    private static Map<String, Read> read(Path tree, String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("tar"));
        words.addAll(List.of(options));
        words.addAll(List.of("-cf", "-", "."));
        Map<String, Read> all = new HashMap<>();
        for (Read read : RawTar.read(Programs.run(tree, words.toArray(String[]::new)))) {
            String name = new String(read.entry().name().toArray(), StandardCharsets.ISO_8859_1);
            all.put(name.length() > 1 && name.endsWith("/") ? name.substring(0, name.length() - 1) : name, read);
        }
        return all;
    }

    /** Compares an archive of a tree with the tree; gives how many entries there are. */
    private static int check(Path tree, boolean isExact, String... options) throws IOException, InterruptedException {
        Map<String, Found> found = Programs.find(tree);
        Map<String, Read> read = read(tree, options);
        assertThat(read.keySet()).isEqualTo(found.keySet());
        for (Map.Entry<String, Found> one : found.entrySet()) {
            Found file = one.getValue();
            TarEntry entry = read.get(one.getKey()).entry();
            TarMetadata metadata = entry.metadata();
            assertThat(metadata.mode()).as(one.getKey()).isEqualTo(file.mode());
            assertThat(metadata.uid()).isEqualTo(file.uid());
            assertThat(metadata.gid()).isEqualTo(file.gid());
            assertThat(metadata.modified())
                    .as(one.getKey())
                    .isEqualTo(isExact ? file.time() : file.time().truncatedTo(ChronoUnit.SECONDS));
            assertThat(kind(entry, found)).as(one.getKey()).isEqualTo(file.kind());
            if (entry instanceof RegularFile) {
                byte[] content = Programs.run(tree, "bash", "-c", "cat " + quoted(one.getKey()));
                assertThat(Arrays.equals(read.get(one.getKey()).expanded(), content))
                        .as(one.getKey())
                        .isTrue();
            } else if (entry instanceof SymbolicLink link) {
                assertThat(link.target()).isEqualTo(RawTar.name(file.target()));
            } else if (entry instanceof HardLink link) {
                String target = new String(link.target().toArray(), StandardCharsets.ISO_8859_1);
                assertThat(found.get(target).inode()).isEqualTo(file.inode());
            }
        }
        return read.size();
    }

    /** For bash, in ASCII: Java would write what is no text as question marks. */
    private static String quoted(String name) {
        StringBuilder out = new StringBuilder("$'");
        for (char one : name.toCharArray()) {
            out.append(String.format(java.util.Locale.ROOT, "\\x%02x", (int) one));
        }
        return out.append('\'').toString();
    }

    private static char kind(TarEntry entry, Map<String, Found> found) {
        return switch (entry) {
            case RegularFile file -> 'f';
            case HardLink link ->
                found.get(new String(link.target().toArray(), StandardCharsets.ISO_8859_1))
                        .kind();
            case SymbolicLink link -> 'l';
            case TarEntry.Directory directory -> 'd';
            case TarEntry.CharacterDevice device -> 'c';
            case TarEntry.BlockDevice device -> 'b';
            case TarEntry.Fifo fifo -> 'p';
        };
    }
}
