package dev.estiba.clients;

import com.github.dockerjava.api.model.HealthCheck;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * What a test with Testcontainers does, told line by line: {@code TestcontainersRun IMAGE COMPOSE-FILE}. It ends without
 * stopping its last container, which is for the reaper.
 */
@SuppressWarnings("resource") // what is not closed is what the reaper is for
public final class TestcontainersRun {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final DockerImageName image;

    private TestcontainersRun(String image) {
        this.image = DockerImageName.parse(image);
    }

    public static void main(String[] arguments) throws Exception {
        TestcontainersRun run = new TestcontainersRun(arguments[0]);
        run.network();
        run.files();
        run.waits();
        compose(new File(arguments[1]));
        GenericContainer<?> left = run.container("sleep", "1000").withLabel("left", "yes");
        left.start();
        say("left", left.isRunning());
        // Its threads for streams would keep this process.
        System.exit(0);
    }

    private static void say(String what, Object answer) {
        System.out.println(what + ": " + answer.toString().strip());
    }

    private GenericContainer<?> container(String... command) {
        return new GenericContainer<>(image).withCommand(command).withStartupTimeout(PATIENCE);
    }

    private void network() throws Exception {
        try (Network network = Network.newNetwork();
                GenericContainer<?> web = container("nginx", "-g", "daemon off;")
                        .withNetwork(network)
                        .withExposedPorts(80)
                        .waitingFor(Wait.forHttp("/").forStatusCode(200).withStartupTimeout(PATIENCE));
                GenericContainer<?> cache = container("redis-server", "--protected-mode", "no")
                        .withNetwork(network)
                        .withNetworkAliases("cache")
                        .withExposedPorts(6379)
                        .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1)
                                .withStartupTimeout(PATIENCE))) {
            web.start();
            cache.start();
            say("web", get(web.getHost(), web.getMappedPort(80)).contains("Welcome to nginx"));
            say(
                    "cache by its alias",
                    web.execInContainer("redis-cli", "-h", "cache", "ping").getStdout());
            say("log", cache.getLogs().contains("Ready to accept connections"));
        }
    }

    private void files() throws Exception {
        File shared = File.createTempFile("clients", ".txt");
        try (GenericContainer<?> one = container("sleep", "1000")
                .withCopyToContainer(Transferable.of("salt"), "/cargo")
                .withFileSystemBind(shared.getPath(), "/shared", BindMode.READ_ONLY)
                .withEnv("SEA", "north")
                .withWorkingDirectory("/srv")
                .waitingFor(Wait.forSuccessfulCommand("test -f /cargo").withStartupTimeout(PATIENCE))) {
            one.start();
            say("exec", one.execInContainer("sh", "-c", "cat /cargo; echo $SEA >&2; pwd; exit 3"));
            say("bind is read-only", one.execInContainer("touch", "/shared").getExitCode() != 0);
            say("copied out", one.copyFileFromContainer("/cargo", in -> new String(in.readAllBytes())));
        } finally {
            say("deleted", shared.delete());
        }
    }

    private void waits() {
        try (GenericContainer<?> port = container("redis-server", "--protected-mode", "no")
                        .withExposedPorts(6379)
                        .waitingFor(Wait.forListeningPort().withStartupTimeout(PATIENCE));
                GenericContainer<?> healthy = container("sleep", "1000")
                        .withCreateContainerCmdModifier(create -> create.withHealthcheck(new HealthCheck()
                                .withTest(List.of("CMD", "true"))
                                .withInterval(500_000_000L)))
                        .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE));
                GenericContainer<?> once = container("sh", "-c", "echo out; echo err >&2")
                        .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE))) {
            port.start();
            healthy.start();
            once.start();
            say("port", port.isRunning());
            say("healthy", healthy.isHealthy());
            say("once", once.getLogs().lines().sorted().toList());
        }
    }

    private static void compose(File file) throws Exception {
        try (ComposeContainer stack = new ComposeContainer(file)
                .withExposedService("web", 80, Wait.forListeningPort().withStartupTimeout(PATIENCE))
                .withServices("web", "worker")
                .withScaledService("worker", 2)) {
            stack.start();
            say(
                    "composed",
                    get(stack.getServiceHost("web", 80), stack.getServicePort("web", 80))
                            .contains("Welcome to nginx"));
            say("scaled", stack.getContainerByServiceName("worker-2").isPresent());
        }
    }

    private static String get(String host, int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
