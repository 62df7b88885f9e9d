package dev.estiba.registry.server;

import dev.estiba.content.store.Store;
import dev.estiba.registry.client.RegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server as a process of its own, for tests that want it in another network namespace; it ends with its input. */
final class ServedElsewhere {
    private ServedElsewhere() {}

    /** Prints the port; the arguments are the store's directory and the registry's name. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        try (RegistryServer server = RegistryServer.open(
                Store.open(Path.of(arguments[0])),
                ServerSettings.of(address, Web.HOST).withName(arguments[1]),
                RegistrySettings.USUAL)) {
            System.out.println(server.address().getPort());
            while (System.in.read() >= 0) {
                // until its starter closes it
            }
        }
    }

    static Process start(Path store, String name, List<String> before) throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ServedElsewhere.class.getName(),
                store.toString(),
                name));
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
