package dev.estiba.testkit.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.testkit.command.CommandRoom;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a free port of loopback. */
final class ServedRegistry implements AutoCloseable {
    private final Process process;
    private final int port;

    private ServedRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServedRegistry start(Path directory) throws Exception {
        Path program =
                Path.of(System.getProperty("estiba.repo", "/nowhere"), "build/peers/root/usr/bin/docker-registry");
        assumeTrue(Files.isExecutable(program), "no docker-registry among the peers");
        for (int attempt = 0; ; attempt++) {
            int port = freePort();
            Path configuration = directory.resolve("registry-" + port + ".yml");
            Files.writeString(configuration, """
                    version: 0.1
                    log: {level: error, accesslog: {disabled: true}}
                    storage:
                      delete: {enabled: true}
                      filesystem: {rootdirectory: %s}
                    http: {addr: "127.0.0.1:%d"}
                    """.formatted(directory.resolve("storage"), port));
            Process process = new ProcessBuilder(program.toString(), "serve", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            directory.resolve("registry-" + port + ".log").toFile())
                    .start();
            ServedRegistry registry = new ServedRegistry(process, port);
            CommandRoom.until("that the registry answers", () -> !process.isAlive() || answers(port));
            if (process.isAlive()) {
                return registry;
            }
            if (attempt == 5) { // somebody else takes each port
                throw new IOException(Files.readString(directory.resolve("registry-" + port + ".log")));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code 127.0.0.1:PORT/NAME}. */
    String name(String name) {
        return "127.0.0.1:" + port + "/" + name;
    }

    void push(MadeImage image, String name) throws IOException {
        try (Registry registry = Registry.open(RegistrySettings.USUAL);
                ImageTarget target = registry.target(Reference.parse(name(name)), List.of())) {
            ImageCopy.copy(image, target, new CopyOptions(new Selection.All(), true), TransferListener.NONE);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(60, TimeUnit.SECONDS);
    }
}
