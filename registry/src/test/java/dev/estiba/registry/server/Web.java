package dev.estiba.registry.server;

import dev.estiba.content.store.Store;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.registry.tls.TlsContext;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A server of a test's own, and the JDK's client of HTTP, which knows nothing of registries. */
final class Web implements AutoCloseable {
    static final Platform HOST = Platform.of("linux", "amd64");

    private final Store store;
    private final RegistryServer server;
    private final HttpClient client;

    private Web(Store store, RegistryServer server, HttpClient client) {
        this.store = store;
        this.server = server;
        this.client = client;
    }

    static Web open(Path directory) throws IOException {
        return open(directory, UnaryOperator.identity());
    }

    static Web open(Path directory, UnaryOperator<ServerSettings> settings) throws IOException {
        Store store = Store.open(directory.resolve("store"));
        ServerSettings usual = ServerSettings.of(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), HOST);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContext.of(TlsRules.USUAL.withoutVerifying()))
                .build();
        return new Web(store, RegistryServer.open(store, settings.apply(usual), RegistrySettings.USUAL), client);
    }

    HttpClient client() {
        return client;
    }

    Store store() {
        return store;
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** {@code 127.0.0.1:PORT}. */
    String host() {
        return "127.0.0.1:" + server.address().getPort();
    }

    String url() {
        return server.url();
    }

    /** @param headers names and values in turn */
    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.url()).resolve(path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException, InterruptedException {
        return send(method, path, new byte[0], headers);
    }

    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    static String header(HttpResponse<byte[]> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** Pushed in one request. */
    Descriptor blob(String repository, byte[] bytes) throws IOException, InterruptedException {
        Digest digest = Digest.of(bytes);
        HttpResponse<byte[]> answer = send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, bytes);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + text(answer));
        }
        return Descriptor.of(MediaTypes.LAYER_GZIP, digest, bytes.length);
    }

    static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** An image that an engine can have: its blobs are pushed, and then it, under a tag. */
    Descriptor image(String repository, String tag, long seed, int... sizes) throws IOException, InterruptedException {
        List<byte[]> layers = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            layers.add(random(seed + i, sizes[i]));
        }
        return image(repository, tag, layers);
    }

    Descriptor image(String repository, String tag, List<byte[]> contents) throws IOException, InterruptedException {
        List<Descriptor> layers = new ArrayList<>();
        for (byte[] each : contents) {
            layers.add(blob(repository, each));
        }
        String ids = layers.stream().map(each -> "\"" + each.digest() + "\"").collect(Collectors.joining(","));
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + ids + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        Digest digest = blob(repository, config).digest();
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.empty(),
                Descriptor.of(MediaTypes.CONFIG, digest, config.length),
                layers,
                Optional.empty(),
                Map.of());
        return manifest(repository, tag, ImageWriter.write(manifest));
    }

    Descriptor manifest(String repository, String reference, byte[] bytes) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(
                "PUT", "/v2/" + repository + "/manifests/" + reference, bytes, "Content-Type", MediaTypes.MANIFEST);
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + text(answer));
        }
        return Descriptor.of(MediaTypes.MANIFEST, Digest.of(bytes), bytes.length);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
