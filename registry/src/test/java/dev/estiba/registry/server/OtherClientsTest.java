package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** podman, Docker's command and containerd's pull what is here and push it back; skopeo has its own test. */
@Tag("peer")
class OtherClientsTest {
    private static final String USERS = "somebody:$2b$04$z9zZnAiaxg6u4YaBk/2l2exuoFWkM8BTQrmPyAJYvWE8ounaiMlkW\n";
    private static final String WHO = "somebody:a secret of the test";
    private static final Path BIN = Path.of(System.getProperty("estiba.repo", "/nonexistent"), "build/peers/bin");

    @TempDir
    private Path directory;

    /** Of two layers that can be unpacked. */
    private static Descriptor image(Web web, String repository, String tag) throws Exception {
        List<Descriptor> layers = new ArrayList<>();
        List<String> contents = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ByteArrayOutputStream tar = new ByteArrayOutputStream();
            try (TarWriter writer = new TarWriter(tar)) {
                byte[] bytes = Web.random(i, 2_000_000);
                TarMetadata metadata = TarMetadata.of(TarBytes.of("file" + i), 0644);
                writer.write(new TarEntry.RegularFile(metadata, bytes.length), new ByteArrayInputStream(bytes));
            }
            contents.add("\"" + Digest.of(tar.toByteArray()) + "\"");
            layers.add(web.blob(repository, packed(tar.toByteArray())));
        }
        byte[] config =
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/file0\"]},\"rootfs\":{\"type\":"
                                + "\"layers\",\"diff_ids\":[" + String.join(",", contents) + "]}}")
                        .getBytes(StandardCharsets.UTF_8);
        Descriptor configuration =
                Descriptor.of(MediaTypes.CONFIG, web.blob(repository, config).digest(), config.length);
        return web.manifest(
                repository,
                tag,
                ImageWriter.write(new Manifest(
                        Optional.of(MediaTypes.MANIFEST),
                        Optional.empty(),
                        configuration,
                        layers,
                        Optional.empty(),
                        Map.of())));
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(all)) {
            out.write(bytes);
        }
        return all.toByteArray();
    }

    private static Digest config(byte[] manifest) throws Exception {
        ImageReader.Document read = ImageReader.read(manifest, Optional.empty());
        return ((ImageReader.Document.OfManifest) read).manifest().config().digest();
    }

    private String run(String... words) throws Exception {
        Path output = Files.createTempFile(directory, "output", "");
        Path config = Files.createDirectories(directory.resolve("docker-config"));
        Files.writeString(config.resolve("config.json"), "{}");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("TMPDIR", directory.toString());
        builder.environment().put("DOCKER_CONFIG", config.toString());
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as("%s: %s", List.of(words), said).isTrue();
            assertThat(process.exitValue()).as("%s: %s", List.of(words), said).isZero();
            return said.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    private String podman(String... words) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("podman", "--root", directory.resolve("storage").toString()));
        all.addAll(List.of("--runroot", directory.resolve("run").toString()));
        all.addAll(List.of("--storage-driver", "vfs", "--events-backend", "none"));
        all.addAll(List.of(words));
        return run(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"everybody", "passwords", "tokens"})
    void podmanPullsAndPushes(String who) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "needs podman: apt-get install podman");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "podman needs root");
        Path users = Files.writeString(directory.resolve("htpasswd"), USERS);
        Path made = Files.createDirectories(directory.resolve("made"));
        Descriptor image;
        try (Web web = Web.open(made, settings -> settings.withName("here.test"))) {
            image = image(web, "a/b", "one");
        }
        try (Web web = Web.open(made, settings -> {
            ServerSettings named = settings.withName("here.test");
            return who.equals("everybody") ? named : named.withUsers(users, who.equals("tokens"));
        })) {
            List<String> creds = who.equals("everybody") ? List.of() : List.of("--creds", WHO);
            List<String> pull = new ArrayList<>(List.of("pull", "--quiet", "--tls-verify=false"));
            pull.addAll(creds);
            pull.add(web.host() + "/a/b:one");
            podman(pull.toArray(String[]::new));
            assertThat(podman("image", "inspect", "--format", "{{.Digest}}", web.host() + "/a/b:one"))
                    .endsWith(image.digest().toString());
            List<String> push = new ArrayList<>(List.of("push", "--quiet", "--tls-verify=false"));
            push.addAll(creds);
            push.addAll(List.of(web.host() + "/a/b:one", "docker://" + web.host() + "/c:two"));
            podman(push.toArray(String[]::new));
        }
        try (Web web = Web.open(made, settings -> settings.withName("here.test"))) {
            assertThat(config(web.get("/v2/c/manifests/two").body()))
                    .isEqualTo(config(web.get("/v2/a/b/manifests/one").body()));
        }
    }

    /** In a network namespace of their own, where the server is, too. */
    @Test
    void dockerAndContainerdPullAndPush() throws Exception {
        assumeTrue(Files.isExecutable(BIN.resolve("dockerd")), "there is no dockerd: testkit/peers/install docker");
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "dockerd needs root");
        String script = BIN.resolve("../../../testkit/peers/docker").normalize().toString();
        Path place = directory.resolve("d");
        Path made = Files.createDirectories(directory.resolve("made"));
        try (Web web = Web.open(made, settings -> settings.withName("here.test"))) {
            Descriptor image = image(web, "a/b", "one");
            try {
                run("sh", script, "start", place.toString());
                String daemon =
                        Files.readString(place.resolve("containerd.pid")).split(" ")[0];
                List<String> inside = List.of("nsenter", "--net=/proc/" + daemon + "/ns/net");
                Process server = ServedElsewhere.start(made.resolve("store"), "here.test", inside);
                try {
                    BufferedReader out =
                            new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
                    String host = "127.0.0.1:" + out.readLine();
                    docker(web, place, host, image);
                    ctr(web, place, host, inside, image);
                } finally {
                    server.getOutputStream().close();
                    assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
                }
            } finally {
                run("sh", script, "stop", place.toString());
            }
        }
    }

    private void docker(Web web, Path place, String host, Descriptor image) throws Exception {
        String[] docker = {BIN.resolve("docker").toString(), "-H", "unix://" + place.resolve("docker.sock")};
        run(docker[0], docker[1], docker[2], "pull", "-q", host + "/a/b:one");
        String digests =
                run(docker[0], docker[1], docker[2], "inspect", "-f", "{{json .RepoDigests}}", host + "/a/b:one");
        assertThat(digests).contains(image.digest().toString());
        run(docker[0], docker[1], docker[2], "tag", host + "/a/b:one", host + "/docker:two");
        run(docker[0], docker[1], docker[2], "push", "-q", host + "/docker:two");
        assertThat(config(web.get("/v2/docker/manifests/two").body()))
                .isEqualTo(config(web.get("/v2/a/b/manifests/one").body()));
    }

    private void ctr(Web web, Path place, String host, List<String> inside, Descriptor image) throws Exception {
        List<String> ctr = new ArrayList<>(inside);
        ctr.addAll(List.of(
                BIN.resolve("ctr").toString(),
                "-a",
                place.resolve("containerd.sock").toString(),
                "images"));
        run(with(ctr, "pull", "--plain-http", host + "/a/b:one"));
        run(with(ctr, "tag", host + "/a/b:one", host + "/ctr:three"));
        run(with(ctr, "push", "--plain-http", host + "/ctr:three"));
        assertThat(Digest.of(web.get("/v2/ctr/manifests/three").body())).isEqualTo(image.digest());
    }

    private static String[] with(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
