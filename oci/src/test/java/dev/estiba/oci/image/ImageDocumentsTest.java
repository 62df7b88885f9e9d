package dev.estiba.oci.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.image.ImageReader.Document;
import dev.estiba.oci.json.DocumentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Manifests, indexes and configurations: as registries send them, as they are written here, and as nobody should send them. */
class ImageDocumentsTest {
    private static final String HASH = "7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa";
    private static final Digest DIGEST = new Digest(Digest.Algorithm.SHA256, HASH);
    private static final String CONFIG =
            "{'mediaType':'" + MediaTypes.CONFIG + "','digest':'sha256:" + HASH + "','size':7023}";

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Manifest everything() {
        Descriptor layer = new Descriptor(
                MediaTypes.LAYER_ZSTD,
                DIGEST,
                Long.MAX_VALUE,
                List.of("https://example.com/layer"),
                Map.of("a", "b"),
                Optional.of(new byte[] {0, 1, -1}),
                Optional.of("x/y"),
                Optional.of(new Platform("linux", "arm", Optional.of("v7"), Optional.of("1.2"), List.of("win32k"))));
        return new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.of("application/vnd.example+type"),
                Descriptor.of(MediaTypes.CONFIG, DIGEST, 0),
                List.of(layer, Descriptor.of(MediaTypes.LAYER, DIGEST, 1)),
                Optional.of(Descriptor.of(MediaTypes.INDEX, DIGEST, 2)),
                Map.of("k", "v"));
    }

    private static ImageConfig wholeConfig() {
        return new ImageConfig(
                Optional.of("2015-10-31T22:22:56.015925234Z"),
                Optional.of("Alyssa P. Hacker"),
                new Platform("linux", "arm64", Optional.of("v8"), Optional.empty(), List.of()),
                new ImageConfig.Execution(
                        Optional.of("alice:crew"),
                        Set.of("8080/tcp"),
                        List.of("PATH=/bin", "FOO=a=b"),
                        List.of("/bin/app"),
                        List.of("--x", ""),
                        Set.of("/var/data"),
                        Optional.of("/srv/app"),
                        Map.of("com.example", "\u00e4"),
                        Optional.of("SIGRTMIN+3"),
                        OptionalInt.of(7),
                        Optional.of(new ImageConfig.Healthcheck(
                                List.of("CMD-SHELL", "true"),
                                OptionalLong.of(30_000_000_000L),
                                OptionalLong.of(1),
                                OptionalLong.of(2),
                                OptionalLong.of(3),
                                OptionalInt.of(4))),
                        List.of("/bin/sh", "-c"),
                        List.of("RUN true"),
                        true),
                List.of(DIGEST, DIGEST),
                List.of(new ImageConfig.History(
                        Optional.of("2015-10-31T22:22:54Z"),
                        Optional.of("/bin/sh -c #(nop) ADD file in /"),
                        Optional.of("me"),
                        Optional.of("a comment"),
                        true)));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        assertThat(ImageReader.readManifest(ImageWriter.write(everything()))).isEqualTo(everything());
        Index index = new Index(
                Optional.of(MediaTypes.INDEX),
                Optional.empty(),
                List.of(everything().layers().getFirst()),
                Optional.of(Descriptor.of(MediaTypes.MANIFEST, DIGEST, 2)),
                Map.of("k", "v"));
        assertThat(ImageReader.readIndex(ImageWriter.write(index))).isEqualTo(index);
        assertThat(ImageConfigReader.read(ImageWriter.write(wholeConfig()))).isEqualTo(wholeConfig());
    }

    @Test
    void theLeastIsRead() throws Exception {
        Manifest manifest = ImageReader.readManifest(json("{'schemaVersion':2,'config':" + CONFIG + ",'layers':[]}"));
        assertThat(manifest.isImage()).isTrue();
        assertThat(manifest.layers()).isEmpty();
        Index index = ImageReader.readIndex(json("{'schemaVersion':2,'manifests':[]}"));
        assertThat(index.manifests()).isEmpty();
        ImageConfig config = ImageConfigReader.read(
                json("{'architecture':'amd64','os':'linux','config':null,'rootfs':{'type':'layers','diff_ids':[]}}"));
        assertThat(config.execution()).isEqualTo(ImageConfig.Execution.NOTHING);
    }

    /** Go writes an empty list as null, and other engines' documents have more than the specification. */
    @Test
    void whatGoWritesIsRead() throws Exception {
        Document read = ImageReader.read(
                json("{'schemaVersion':2,'mediaType':'" + MediaTypes.DOCKER_INDEX + "','manifests':null,'x':[{}]}"),
                Optional.of(MediaTypes.DOCKER_INDEX));
        assertThat(read).isInstanceOf(Document.OfIndex.class);
        ImageConfig config = ImageConfigReader.read(json("{'architecture':'amd64','os':'linux','container':'abc',"
                + "'config':{'Hostname':'x','Entrypoint':null,'Volumes':{'/a':null,'/b':{}},'AttachStdin':false},"
                + "'docker_version':'20','rootfs':{'type':'layers','diff_ids':['sha256:" + HASH + "']}}"));
        assertThat(config.execution().volumes()).containsExactly("/a", "/b");
        assertThat(config.diffIds()).containsExactly(DIGEST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|schemaVersion: missing, but required",
                "{'schemaVersion':1,'name':'x','fsLayers':[]}|schemaVersion 1 is Docker's oldest format",
                "{'schemaVersion':2}|config: missing, but required",
                "{'schemaVersion':2,'layers':[],'manifests':[]}|both a manifest and an index",
                "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','manifests':[]}|an index that is said to be",
                "{'schemaVersion':2,'manifests':[{'mediaType':'a','size':1}]}|manifests[0].digest: missing, but required",
                "{'schemaVersion':2,'manifests':[{'mediaType':'a','digest':'sha256:abc','size':1}]}|manifests[0].digest: \"sha256:abc\" is no digest",
                "{'schemaVersion':2,'manifests':[{'mediaType':'a','size':-1}]}|manifests[0].size: -1 is below 0",
                "{'schemaVersion':2,'manifests':[{'size':9223372036854775808}]}|manifests[0].size: 9223372036854775808 is above",
                "{'schemaVersion':2,'manifests':[{'data':'%'}]}|manifests[0].data: this is no base64",
                "{'schemaVersion':2,'manifests':{}}|manifests: an object where an array is expected",
                "[]|an array where an object is expected",
                "{'schemaVersion':2,'manifests':[]} x|Unrecognized token",
            })
    void whatIsWrongIsSaidWithItsPlace(String document, String problem) {
        assertThatThrownBy(() -> ImageReader.read(json(document), Optional.empty()))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void cve_2021_41190_aDocumentIsWhatItIsSaidToBe() {
        byte[] both = json("{'schemaVersion':2,'config':" + CONFIG + ",'layers':[],'manifests':[]}");
        assertThatThrownBy(() -> ImageReader.read(both, Optional.empty())).hasMessageContaining("both");
        byte[] manifest = json("{'schemaVersion':2,'mediaType':'" + MediaTypes.MANIFEST + "','config':" + CONFIG + "}");
        assertThatThrownBy(() -> ImageReader.read(manifest, Optional.of(MediaTypes.INDEX)))
                .hasMessageContaining("was said to be");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'os':'linux','rootfs':{'diff_ids':[]}}|architecture: missing, but required",
                "{'os':'linux','architecture':'a'}|rootfs: missing, but required",
                "{'os':'linux','architecture':'a','rootfs':{'type':'windows'}}|rootfs.type: \"windows\" is no kind of root file system",
                "{'os':'linux','architecture':'a','rootfs':{'diff_ids':['md5:x']}}|rootfs.diff_ids[0]: \"md5:x\" is no digest",
                "{'config':{'Env':['A\\u0000B']}}|config.Env[0]: a NUL character is not allowed here",
                "{'config':{'Cmd':'sh'}}|config.Cmd: a string where an array is expected",
            })
    void whatIsWrongInAConfigurationIsSaidWithItsPlace(String document, String problem) {
        assertThatThrownBy(() -> ImageConfigReader.read(json(document)))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        byte[] large = new byte[ImageReader.MOST_BYTES + 1];
        assertThatThrownBy(() -> ImageReader.read(large, Optional.empty())).hasMessageContaining("bytes are more than");
        assertThatThrownBy(() -> ImageConfigReader.read(large)).hasMessageContaining("bytes are more than");
    }

    @Test
    void damagedDocumentsAreReadOrRefused() {
        long seed = Long.getLong("estiba.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[][] whole = {ImageWriter.write(everything()), ImageWriter.write(wholeConfig())};
        for (int i = 0; i < (Boolean.getBoolean("estiba.long") ? 400_000 : 20_000); i++) {
            int which = random.nextInt(2);
            byte[] damaged = whole[which].clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : "{}[],:\"0".charAt(random.nextInt(8)));
            }
            try {
                if (which == 0) {
                    assertThat(ImageReader.read(damaged, Optional.empty())).isNotNull();
                } else {
                    assertThat(ImageConfigReader.read(damaged)).isNotNull();
                }
            } catch (DocumentException e) {
                assertThat(e.getMessage()).as("seed %d", seed).contains("(line ");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(damaged, StandardCharsets.UTF_8), e);
            }
        }
    }
}
