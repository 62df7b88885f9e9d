package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The product's command, dockerd, containerd, podman and skopeo in one network namespace, with docker-registry on port 5000. */
final class PeerRoom implements AutoCloseable {
    private final ProductRoom product;
    private final Path place;
    private final Path docker;
    private final List<String> inside;
    private final Process registry;

    private PeerRoom(ProductRoom product, Path place, Path docker, List<String> inside, Process registry) {
        this.product = product;
        this.place = place;
        this.docker = docker;
        this.inside = inside;
        this.registry = registry;
    }

    static Path repository() {
        String told = System.getProperty("estiba.repo", "");
        assumeTrue(!told.isEmpty(), "estiba.repo is not set: run the tests by ./dev test");
        return Path.of(told);
    }

    private static Path peer(String name) {
        Path program = repository().resolve("build/peers/bin").resolve(name);
        assumeTrue(Files.isExecutable(program), "no " + name + " among the peers");
        return program;
    }

    private static Path system(String name) {
        Path program = Path.of("/usr/bin").resolve(name);
        assumeTrue(Files.isExecutable(program), "no " + name + " (apt-get install " + name + ")");
        return program;
    }

    /** @param place an empty directory with a short path: sockets are in it */
    static PeerRoom open(Path place) throws Exception {
        return open(place, List.of());
    }

    /** @param before words in front of the one that starts dockerd and containerd: what becomes these in the end */
    static PeerRoom open(Path place, List<String> before) throws Exception {
        for (String name : List.of("dockerd", "docker", "containerd", "ctr", "docker-registry", "busybox")) {
            peer(name);
        }
        system("podman");
        system("skopeo");
        Files.writeString(place.resolve("auth.json"), "{}"); // podman wants it to be there
        Path docker = Files.createDirectory(place.resolve("docker"));
        List<String> start = new ArrayList<>(before);
        start.addAll(
                List.of("sh", repository().resolve("testkit/peers/docker").toString(), "start", docker.toString()));
        Ended started = ImageRoom.program(start.toArray(String[]::new));
        assertThat(started.status()).as(started.error()).isZero();
        try {
            String pid = Files.readString(docker.resolve("containerd.pid")).split(" ")[0];
            List<String> inside = List.of("nsenter", "--net=/proc/" + pid + "/ns/net");
            Process registry = registry(place, inside);
            return new PeerRoom(
                    ProductRoom.open(Files.createDirectory(place.resolve("product"))), place, docker, inside, registry);
        } catch (Exception | Error e) {
            stop(docker);
            throw e;
        }
    }

    private static Process registry(Path place, List<String> inside) throws Exception {
        Path configuration = place.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage:
                  delete: {enabled: true}
                  filesystem: {rootdirectory: %s}
                http: {addr: "127.0.0.1:5000"}
                """.formatted(place.resolve("storage")));
        List<String> words = new ArrayList<>(inside);
        words.addAll(List.of(peer("docker-registry").toString(), "serve", configuration.toString()));
        Process registry = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(place.resolve("registry.log").toFile())
                .start();
        List<String> asks = new ArrayList<>(inside);
        asks.addAll(List.of("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5000"));
        CommandRoom.until("that the registry answers", () -> {
            try {
                return new ProcessBuilder(asks).start().waitFor() == 0;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return registry;
    }

    /** A context to build an image of: busybox, and a text that the image prints. */
    Path context(String who) throws IOException {
        Path context = Files.createDirectory(place.resolve("context"));
        Files.createDirectories(context.resolve("root/bin"));
        Files.createDirectories(context.resolve("root/etc"));
        ImageRoom.copied(peer("busybox"), context.resolve("root/bin/busybox"));
        Files.createSymbolicLink(context.resolve("root/bin/cat"), Path.of("busybox"));
        Files.writeString(context.resolve("root/etc/port"), "cargo of " + who + "\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY root /\nLABEL port=Bilbao\nENV FROM=" + who
                        + "\nCMD [\"/bin/cat\", \"/etc/port\"]\n");
        return context;
    }

    Process begin(String... words) throws IOException {
        return product.room().begin(inside, "exec \"$@\"", words);
    }

    String ours(String... words) throws IOException, InterruptedException {
        return said(CommandRoom.end(begin(words)), words);
    }

    String docker(String... words) throws IOException, InterruptedException {
        return run(docker(), words);
    }

    String ctr(String... words) throws IOException, InterruptedException {
        return run(ctr(), words);
    }

    String podman(String... words) throws IOException, InterruptedException {
        return run(podman(), words);
    }

    String skopeo(String... words) throws IOException, InterruptedException {
        return run(skopeo(), words);
    }

    /** The command, to which words are added. */
    List<String> docker() {
        return List.of(
                "env",
                "DOCKER_BUILDKIT=0",
                "DOCKER_CONFIG=" + place.resolve("docker-config"),
                peer("docker").toString(),
                "-H",
                "unix://" + docker.resolve("docker.sock"));
    }

    List<String> ctr() {
        return List.of(
                peer("ctr").toString(), "-a", docker.resolve("containerd.sock").toString());
    }

    List<String> podman() {
        List<String> words = new ArrayList<>(storing("podman"));
        words.addAll(List.of("--events-backend", "none", "--cgroup-manager", "cgroupfs"));
        return words;
    }

    /** With podman's storage. */
    List<String> buildah() {
        return storing("buildah");
    }

    private List<String> storing(String program) {
        return List.of(
                "env",
                "REGISTRY_AUTH_FILE=" + place.resolve("auth.json"),
                system(program).toString(),
                "--root",
                place.resolve("podman").toString(),
                "--runroot",
                place.resolve("podman-run").toString(),
                "--storage-driver",
                "vfs");
    }

    List<String> skopeo() {
        return List.of(
                "env",
                "REGISTRY_AUTH_FILE=" + place.resolve("auth.json"),
                system("skopeo").toString(),
                "--insecure-policy");
    }

    /** Of the manifest or index, as the registry has it. */
    String digest(String name) throws IOException, InterruptedException {
        String raw = skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name);
        return dev.estiba.oci.image.Digest.of(raw.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    /** Whatever its status is. */
    Ended ended(List<String> program, String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(inside);
        all.addAll(program);
        all.addAll(List.of(words));
        return ImageRoom.program(all.toArray(String[]::new));
    }

    String run(List<String> program, String... words) throws IOException, InterruptedException {
        return said(ended(program, words), words);
    }

    private static String said(Ended ended, String... words) {
        assertThat(ended.status())
                .as("%s: %s", String.join(" ", words), ended.error())
                .isZero();
        return ended.output();
    }

    @Override
    public void close() throws Exception {
        try {
            registry.destroyForcibly().waitFor();
            product.close();
        } finally {
            stop(docker);
        }
    }

    private static void stop(Path docker) throws IOException, InterruptedException {
        Ended stopped = ImageRoom.program(
                "sh", repository().resolve("testkit/peers/docker").toString(), "stop", docker.toString());
        assertThat(stopped.status()).as(stopped.error()).isZero();
    }
}
