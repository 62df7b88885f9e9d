package dev.estiba.content.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportNameTest {
    private static final Digest DIGEST = Digest.of(new byte[0]);

    @Test
    void skopeosWords() {
        assertThat(TransportName.parse("docker://localhost:5000/a/b:c"))
                .isEqualTo(new TransportName.Registry(Reference.parse("localhost:5000/a/b:c")));
        assertThat(TransportName.parse("oci:some/where:tag"))
                .isEqualTo(new TransportName.Layout("some/where", new Which.Named("tag")));
        assertThat(TransportName.parse("oci:/some/where"))
                .isEqualTo(new TransportName.Layout("/some/where", new Which.Only()));
        assertThat(TransportName.parse("oci:a:docker.io/library/busybox:1"))
                .isEqualTo(new TransportName.Layout("a", new Which.Named("docker.io/library/busybox:1")));
        assertThat(TransportName.parse("oci:a@" + DIGEST))
                .isEqualTo(new TransportName.Layout("a", new Which.ByDigest(DIGEST)))
                .isEqualTo(TransportName.parse("oci:a:@" + DIGEST));
        assertThat(TransportName.parse("oci-archive:a.tar:@2"))
                .isEqualTo(new TransportName.OciArchive("a.tar", new Which.At(2)));
        assertThat(TransportName.parse("docker-archive:a.tar:busybox"))
                .isEqualTo(new TransportName.DockerArchive("a.tar", new Which.Named("busybox:latest")));
    }

    @Test
    void aReferenceIsOfTheStore() {
        assertThat(TransportName.parse("busybox"))
                .isEqualTo(new TransportName.Store(Reference.parse("docker.io/library/busybox:latest")));
        assertThat(TransportName.parse("localhost:5000/a"))
                .isEqualTo(new TransportName.Store(Reference.parse("localhost:5000/a:latest")));
        assertThat(TransportName.parse("store:oci:1")).isEqualTo(new TransportName.Store(Reference.parse("oci:1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker://a:b", "oci:p", "oci:p:t", "oci-archive:p:@3", "docker-archive:/p:a/b:c", "a/b:c"})
    void isWrittenAsItIsRead(String text) {
        assertThat(TransportName.parse(text)).hasToString(text);
        assertThat(TransportName.parse(TransportName.parse(text).toString())).isEqualTo(TransportName.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docker:busybox | an image of a registry is docker://REFERENCE",
                "dir:/some | \"dir:\" is no place of images here",
                "oci: | lacks a path",
                "oci::tag | lacks a path",
                "oci:a: | after the path's colon comes a name",
                "oci:a:b c | after the path's colon comes a name",
                "docker-archive:a:B | must be lowercase",
                "docker://B | must be lowercase",
            })
    void refusesInWords(String text, String words) {
        assertThatThrownBy(() -> TransportName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
