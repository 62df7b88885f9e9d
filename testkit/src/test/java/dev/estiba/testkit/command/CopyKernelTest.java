package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code estiba cp}, {@code diff}, {@code export} and {@code commit}, as a person types them. */
@Tag("kernel")
@Timeout(180)
class CopyKernelTest {
    @TempDir
    Path place;

    private ProductRoom product;

    @BeforeEach
    void open() throws Exception {
        product = ProductRoom.open(Files.createDirectory(place.resolve("product")));
    }

    @AfterEach
    void close() throws Exception {
        product.close();
    }

    private Ended works(String... words) throws Exception {
        Ended call = product.call(words);
        assertThat(call.status()).as(call.error()).isZero();
        return call;
    }

    @Test
    void filesGoInAndOutAndBecomeAnImage() throws Exception {
        Path here = Files.createDirectories(place.resolve("here/dir"));
        Files.writeString(here.resolve("file"), "from here\n");
        Files.createSymbolicLink(here.resolve("link"), Path.of("file"));
        String id = product.detached(List.of("--name", "it"), "sh", "-c", "echo mine > /mine; exec sleep 1000");
        Ended in = works("cp", "--quiet=false", here.toString(), "it:/copied");
        assertThat(in.error()).matches("Successfully copied [0-9.]+kB to it:/copied\n");
        assertThat(in.output()).isEmpty();
        assertThat(works("exec", "it", "cat", "/copied/link").output()).isEqualTo("from here\n");
        Path out = Files.createDirectories(place.resolve("out"));
        works("cp", "-q", "it:/copied/.", out.toString());
        assertThat(out.resolve("file")).hasContent("from here\n");
        assertThat(Files.readSymbolicLink(out.resolve("link"))).isEqualTo(Path.of("file"));
        works("cp", "-L", "it:/copied/link", out.resolve("followed").toString());
        assertThat(out.resolve("followed")).hasContent("from here\n");
        assertThat(works("cp", "it:/mine", "-").output()).startsWith("mine\0").contains("mine\n");
        assertThat(works("diff", "it").output()).isEqualTo("A /copied\nA /copied/file\nA /copied/link\nA /mine\n");

        Path exported = place.resolve("exported.tar");
        works("export", "-o", exported.toString(), "it");
        assertThat(Files.readString(exported, StandardCharsets.ISO_8859_1)).contains("copied/file");

        Ended absent = product.call("cp", "it:/nowhere", out.toString());
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.error()).contains("Could not find the file /nowhere in container it");
        works("kill", "it");
        works("wait", "it");
        works("cp", here.resolve("file").toString(), "it:/later");
        String image = works("commit", "-m", "said", "-c", "CMD cat /later", "it", "made:1")
                .output();
        assertThat(image).matches("sha256:[0-9a-f]{64}\n");
        Ended ran = works("run", "--rm", "--network", "none", "made:1");
        assertThat(ran.output()).isEqualTo("from here\n");
        works("rm", id);
        works("rmi", "made:1");
    }
}
