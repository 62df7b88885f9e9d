package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built command as a registry: what is pushed to it is an image of the engine, and what the engine has is pulled from it. */
@Tag("kernel")
class RegistryServeKernelTest {
    @TempDir
    Path place;

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @Test
    void whatIsPushedRunsAndWhatIsHereIsPulled() throws Exception {
        try (ProductRoom room = ProductRoom.open(place)) {
            Process server = room.room().begin("exec \"$@\"", "registry", "serve", "--addr", "127.0.0.1:0");
            try {
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
                String line = String.valueOf(out.readLine());
                assertThat(line).startsWith("listening on http://127.0.0.1:");
                String host = line.substring("listening on http://".length());
                MadeImage image = MadeImage.of(List.of(room.place().resolve("image")), "echo", "served");
                try (Registry registry = Registry.open(RegistrySettings.USUAL);
                        ImageTarget target = registry.target(Reference.parse(host + "/fleet/ship:1"), List.of())) {
                    ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
                }
                Ended ran = room.call("run", "--rm", "--pull", "never", "--network", "none", host + "/fleet/ship:1");
                assertThat(ran.error()).isEmpty();
                assertThat(ran.output()).isEqualTo("served\n");
                assertThat(room.call("tag", host + "/fleet/ship:1", host + "/other/name:2")
                                .status())
                        .isZero();
                pulledBySkopeo(host + "/other/name:2", image);
            } finally {
                server.destroy(); // SIGTERM
                assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(server.exitValue()).isZero();
            room.clear();
        }
    }

    /** Its JVM has a heap of 96 MB, and as much beside it. */
    @Test
    void fiveHundredPullAndPushAtOnce() throws Exception {
        try (ProductRoom room = ProductRoom.open(place)) {
            Process server = room.room().begin("exec \"$@\"", "registry", "serve", "--addr", "127.0.0.1:0");
            List<Socket> clients = new ArrayList<>();
            try {
                String host = listening(server, "http://");
                MadeImage image = MadeImage.of(List.of(room.place().resolve("image")), "echo", "served");
                try (Registry registry = Registry.open(RegistrySettings.USUAL);
                        ImageTarget target = registry.target(Reference.parse(host + "/fleet/ship:1"), List.of())) {
                    ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
                }
                int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
                for (int i = 0; i < 500; i++) {
                    Socket client = new Socket("127.0.0.1", port);
                    client.setSoTimeout(120_000);
                    clients.add(client);
                }
                say(clients, "GET /v2/fleet/ship/manifests/1 HTTP/1.1\r\nHost: x\r\n\r\n");
                byte[] manifest = image.root().bytes();
                for (Socket each : clients) {
                    assertThat(answer(each, 200)).isEqualTo(manifest);
                }
                byte[] blob = new byte[100_000];
                new Random(7).nextBytes(blob);
                say(
                        clients,
                        "POST /v2/fleet/ship/blobs/uploads/?digest=" + Digest.of(blob)
                                + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
                for (int from = 0; from < blob.length; from += 50_000) {
                    for (Socket each : clients) {
                        each.getOutputStream().write(blob, from, 50_000);
                    }
                }
                for (Socket each : clients) {
                    answer(each, 201);
                }
                say(clients, "GET /v2/fleet/ship/blobs/" + Digest.of(blob) + " HTTP/1.1\r\nHost: x\r\n\r\n");
                for (Socket each : clients) {
                    assertThat(answer(each, 200)).isEqualTo(blob);
                }
            } finally {
                for (Socket each : clients) {
                    each.close();
                }
                server.destroy(); // SIGTERM
                assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(server.exitValue()).isZero();
            room.clear();
        }
    }

    private static String listening(Process server, String scheme) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String line = String.valueOf(out.readLine());
        assertThat(line).startsWith("listening on " + scheme + "127.0.0.1:");
        return line.substring(("listening on " + scheme).length());
    }

    private static void say(List<Socket> clients, String text) throws IOException {
        for (Socket each : clients) {
            each.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] answer(Socket client, int status) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as("what comes after %s", head).isNotNegative();
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 " + status);
        Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
        return client.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
    }

    @Test
    void itSpeaksTls() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "no openssl (apt-get install openssl)");
        Path certificate = place.resolve("certificate.pem");
        Path key = place.resolve("key.pem");
        Process openssl = new ProcessBuilder(("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=here -addext"
                                + " subjectAltName=IP:127.0.0.1 -keyout " + key + " -out " + certificate)
                        .split(" "))
                .start();
        assertThat(CommandRoom.end(openssl).status()).isZero();
        try (ProductRoom room = ProductRoom.open(Files.createDirectory(place.resolve("room")))) {
            Process server = room.room()
                    .begin(
                            "exec \"$@\"",
                            "registry",
                            "serve",
                            "--addr",
                            "127.0.0.1:0",
                            "--tls-cert",
                            certificate.toString(),
                            "--tls-key",
                            key.toString());
            try {
                String host = listening(server, "https://");
                MadeImage image = MadeImage.of(List.of(room.place().resolve("image")), "echo", "sealed");
                RegistrySettings trusting = RegistrySettings.USUAL.withAuthorities(List.of(certificate));
                try (Registry registry = Registry.open(trusting);
                        ImageTarget target = registry.target(Reference.parse(host + "/ship:1"), List.of())) {
                    ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
                }
                Ended ran = room.call("run", "--rm", "--pull", "never", "--network", "none", host + "/ship:1");
                assertThat(ran.error()).isEmpty();
                assertThat(ran.output()).isEqualTo("sealed\n");
            } finally {
                server.destroy(); // SIGTERM
                assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(server.exitValue()).isZero();
            room.clear();
        }
    }

    private void pulledBySkopeo(String name, MadeImage image) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "no skopeo (apt-get install skopeo)");
        Process skopeo = new ProcessBuilder(
                        "skopeo", "inspect", "--tls-verify=false", "-f", "{{.Digest}}", "docker://" + name)
                .start();
        Ended inspected = CommandRoom.end(skopeo);
        assertThat(inspected.error()).isEmpty();
        assertThat(inspected.output().strip())
                .isEqualTo(image.root().descriptor().digest().toString());
    }
}
