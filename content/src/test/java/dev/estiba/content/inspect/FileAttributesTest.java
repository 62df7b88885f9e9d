package dev.estiba.content.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extended attributes and capabilities are a part of what a file is. */
@Tag("kernel")
class FileAttributesTest {
    /** As setcap(8) writes {@code cap_net_raw=ep}, {@code cap_net_raw=p} and {@code cap_net_bind_service,cap_bpf=eip}. */
    private static final String RAW_EP = "01000002" + "00200000" + "00000000" + "00000000" + "00000000";

    private static final String RAW_P = "00000002" + "00200000" + "00000000" + "00000000" + "00000000";
    private static final String BOTH_EIP = "01000002" + "00040000" + "00040000" + "80000000" + "80000000";

    @TempDir
    Path directory;

    private LayerTrees one;
    private LayerTrees other;

    @BeforeEach
    void open() throws IOException {
        one = new LayerTrees(directory.resolve("one"));
        other = new LayerTrees(directory.resolve("other"));
        LayerTrees.Layer probe =
                new LayerTrees(directory.resolve("probe")).layer().file("f", "");
        try {
            probe.attribute("f", "user.x", "y");
        } catch (ErrnoException e) {
            assumeTrue(!e.is(Errno.EOPNOTSUPP), "the temporary directory's file system has no user attributes");
            throw e;
        }
    }

    private List<FileDifference> diff() throws IOException {
        return ImageDiff.of(one.trees(), other.trees(), 100).files();
    }

    private static List<String> attributes(FileDifference difference) {
        return difference.after().orElseThrow().attributes();
    }

    @Test
    void ofFilesAndDirectoriesTheyAreCompared() throws IOException {
        LayerTrees.Layer before = one.layer()
                .file("added", "1")
                .file("changed", "1")
                .file("gone", "1")
                .file("same", "1");
        before.file("d/f", "1").file("long", "").link("l", "x");
        before.attribute("changed", "user.a", "1")
                .attribute("gone", "user.a", "1")
                .attribute("same", "user.a", "1");
        before.attribute("long", "user.a", "x".repeat(1000) + "1");
        LayerTrees.Layer after = other.layer()
                .file("added", "1")
                .file("changed", "1")
                .file("gone", "1")
                .file("same", "1");
        after.file("d/f", "1").file("long", "").link("l", "x");
        after.attribute("changed", "user.a", "2").attribute("same", "user.a", "1");
        after.attribute("added", "user.b", new byte[] {0, 27}).attribute("added", "user.a", "say \"it\"");
        after.attribute("d", "user.a", "");
        after.attribute("long", "user.a", "x".repeat(1000) + "2");
        List<FileDifference> found = diff();
        assertThat(found)
                .extracting(each -> each.path().printable())
                .containsExactly("\"added\"", "\"changed\"", "\"d\"", "\"gone\"", "\"long\"");
        assertThat(found).allMatch(each -> each.kind() == FileChange.Kind.CHANGED);
        assertThat(attributes(found.get(0))).containsExactly("user.a=\"say \\\"it\\\"\"", "user.b=0x001b");
        assertThat(attributes(found.get(1))).containsExactly("user.a=\"2\"");
        assertThat(found.get(1).before().orElseThrow().attributes()).containsExactly("user.a=\"1\"");
        assertThat(attributes(found.get(2))).containsExactly("user.a=\"\"");
        assertThat(attributes(found.get(3))).isEmpty();
        byte[] value = ("x".repeat(1000) + "2").getBytes(StandardCharsets.US_ASCII);
        assertThat(attributes(found.get(4))).containsExactly("user.a=" + Digest.of(value));
    }

    @Test
    void overlayfssOwnDoNotCount() throws IOException {
        one.layer().file("d/f", "1").opaque("d");
        other.layer().file("d/f", "1").attribute("d", "user.overlay.origin", "x");
        assertThat(diff()).isEmpty();
    }

    @Test
    void capabilitiesAreShownAsGetcapDoes() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        LayerTrees.Layer before = one.layer().file("ping", "1").file("same", "1");
        LayerTrees.Layer after = other.layer().file("ping", "1").file("same", "1");
        before.attribute("ping", "security.capability", HexFormat.of().parseHex(RAW_P));
        after.attribute("ping", "security.capability", HexFormat.of().parseHex(RAW_EP));
        before.attribute("same", "security.capability", HexFormat.of().parseHex(BOTH_EIP));
        after.attribute("same", "security.capability", HexFormat.of().parseHex(BOTH_EIP));
        List<FileDifference> found = diff();
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().before().orElseThrow().attributes()).containsExactly("capabilities=cap_net_raw=p");
        assertThat(attributes(found.getFirst())).containsExactly("capabilities=cap_net_raw=ep");
    }

    @Test
    void differentBytesAreDifferentTexts() {
        assertThat(text(RAW_EP)).isEqualTo("cap_net_raw=ep");
        assertThat(text(RAW_P)).isEqualTo("cap_net_raw=p");
        assertThat(text(BOTH_EIP)).isEqualTo("cap_net_bind_service,cap_bpf=eip");
        assertThat(text("01000003" + RAW_EP.substring(8) + "e8030000")).isEqualTo("cap_net_raw=ep [rootid=1000]");
        assertThat(text("01000003" + RAW_EP.substring(8) + "00000000")).isEqualTo("cap_net_raw=ep [rootid=0]");
        assertThat(text("00000002" + "0".repeat(32))).isEqualTo("=");
        assertThat(text("00000002" + "01000000" + "02000000" + "0".repeat(16)))
                .isEqualTo("cap_chown=p cap_dac_override=i");
        for (String unknown : List.of(
                "",
                "00",
                "01000001" + "0".repeat(16),
                "02000002" + "0".repeat(32),
                "01000003" + "0".repeat(32),
                "01000002" + "0".repeat(16) + "00000080" + "0".repeat(8))) {
            assertThat(FileCapabilities.text(HexFormat.of().parseHex(unknown)))
                    .as(unknown)
                    .isEmpty();
        }
    }

    private static String text(String hexadecimal) {
        return FileCapabilities.text(HexFormat.of().parseHex(hexadecimal)).orElseThrow();
    }

    @Test
    void aLayerChangesADirectoryByThem() throws IOException {
        one.layer().file("same/f", "1").file("other/f", "1").attribute("same", "user.a", "1");
        one.layer()
                .directory("same")
                .directory("other")
                .attribute("same", "user.a", "1")
                .attribute("other", "user.a", "1");
        LayerChanges upper = ImageTree.of(one.trees(), 100).layers().getLast();
        assertThat(upper.files())
                .extracting(each -> each.kind() + " " + each.path().printable())
                .containsExactly("CHANGED \"other\"");
    }
}
