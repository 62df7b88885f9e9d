package dev.estiba.registry.client;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry as a process of its own, with its files in the test's directory. */
public final class DockerRegistry implements AutoCloseable {
    private final Process process;
    private final int port;

    private DockerRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param users a file of htpasswd, when it wants to know who asks */
    public static DockerRegistry start(Path directory, Optional<Path> users) throws IOException {
        Path program = program();
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Path configuration = directory.resolve("registry-" + port + ".yml");
            Files.writeString(configuration, configuration(directory.resolve("storage"), port, users));
            Path log = directory.resolve("registry-" + port + ".log");
            Process process = new ProcessBuilder(program.toString(), "serve", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (answers(process, port)) {
                return new DockerRegistry(process, port);
            }
            end(process);
            if (attempt == 5) {
                throw new IOException("docker-registry does not start: " + Files.readString(log));
            }
        }
    }

    private static Path program() {
        Optional<Path> built = Optional.ofNullable(System.getProperty("estiba.repo"))
                .map(repository -> Path.of(repository, "build/peers/root/usr/bin/docker-registry"))
                .filter(Files::isExecutable);
        Path installed = Path.of("/usr/bin/docker-registry");
        assumeTrue(built.isPresent() || Files.isExecutable(installed), "there is no docker-registry");
        return built.orElse(installed);
    }

    private static String configuration(Path storage, int port, Optional<Path> users) {
        return """
                version: 0.1
                log:
                  level: warn
                  accesslog:
                    disabled: true
                storage:
                  delete:
                    enabled: true
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                  relativeurls: %b
                """.formatted(storage, port, users.isPresent())
                + users.map(file -> """
                        auth:
                          htpasswd:
                            realm: here
                            path: %s
                        """.formatted(file)).orElse("");
    }

    /** Not one of those that the kernel gives to whoever asks for any, as other tests do meanwhile. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return free.getLocalPort();
            } catch (BindException e) {
                continue;
            }
        }
    }

    /** Whether it listens; somebody else may have taken the port, and then it has ended. */
    private static boolean answers(Process process, int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return true;
            } catch (IOException e) {
                pause(process);
            }
        }
        return false;
    }

    private static void pause(Process process) throws IOException {
        try {
            process.waitFor(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void end(Process process) throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        end(process);
    }
}
