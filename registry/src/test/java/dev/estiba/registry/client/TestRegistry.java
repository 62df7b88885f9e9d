package dev.estiba.registry.client;

import dev.estiba.content.transport.Document;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.http.ScriptedServer;
import dev.estiba.registry.http.ScriptedServer.Reply;
import dev.estiba.registry.http.ScriptedServer.Request;
import dev.estiba.registry.http.ScriptedServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/** A registry in memory that does what the specification says, until a fault is planted: then it does that instead. */
final class TestRegistry implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

    final Map<String, Document> manifests = new ConcurrentHashMap<>();
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
    final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final ScriptedServer server;

    /** What happens instead, so many times. */
    record Fault(Predicate<Request> when, AtomicInteger times, Script script) {}

    private TestRegistry(Optional<ServerSocketFactory> tls) throws IOException {
        this.server = tls.isPresent()
                ? ScriptedServer.on(tls.get(), "https", this::answer)
                : ScriptedServer.plain(this::answer);
    }

    static TestRegistry start() throws IOException {
        return new TestRegistry(Optional.empty());
    }

    static TestRegistry start(ServerSocketFactory tls) throws IOException {
        return new TestRegistry(Optional.of(tls));
    }

    /** With the image as {@code made/image:one}. */
    static TestRegistry with(MadeImage image) throws IOException {
        TestRegistry registry = start();
        registry.put("made/image", "one", image);
        return registry;
    }

    void put(String repository, String tag, MadeImage image) {
        manifests.put(repository + "/" + tag, image.manifest());
        manifests.put(repository + "/" + image.manifest().descriptor().digest(), image.manifest());
        image.blobs().forEach((descriptor, bytes) -> blobs.put(repository + "/" + descriptor.digest(), bytes));
    }

    String host() {
        return server.host();
    }

    String url() {
        return server.url();
    }

    ScriptedServer server() {
        return server;
    }

    Reference image() {
        return Reference.parse(host() + "/made/image:one");
    }

    /** Plants a fault in requests of that method whose target has the text. */
    void fault(int times, String method, String part, Script script) {
        faults.add(new Fault(
                request -> request.method().equals(method) && request.target().contains(part),
                new AtomicInteger(times),
                script));
    }

    void fault(int times, String part, Script script) {
        fault(times, "GET", part, script);
    }

    long count(String method, String part) {
        return server.lines().stream()
                .filter(line -> line.startsWith(method + " ") && line.contains(part))
                .count();
    }

    private void answer(Request request, Reply reply) throws IOException {
        for (Fault fault : faults) {
            if (fault.when().test(request) && fault.times().getAndDecrement() > 0) {
                fault.script().answer(request, reply);
                return;
            }
        }
        honest(request, reply);
    }

    void honest(Request request, Reply reply) throws IOException {
        String path = request.path();
        if (path.equals("/v2/")) {
            reply.json(200, "{}");
        } else if (path.contains("/manifests/")) {
            manifest(request, reply, path.substring(4).replace("/manifests/", "/"));
        } else if (path.contains("/blobs/uploads/")) {
            upload(request, reply, path.substring(4, path.indexOf("/blobs/uploads/")), path);
        } else if (path.contains("/blobs/")) {
            blob(request, reply, path.substring(4).replace("/blobs/", "/"));
        } else {
            reply.json(404, "{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"no such thing\"}]}");
        }
    }

    private void manifest(Request request, Reply reply, String key) throws IOException {
        if (request.method().equals("PUT")) {
            Document document = Document.of(request.header("content-type").orElse(""), request.body());
            String repository = key.substring(0, key.lastIndexOf('/'));
            manifests.put(key, document);
            manifests.put(repository + "/" + document.descriptor().digest(), document);
            reply.send(
                    201,
                    Map.of(
                            "Docker-Content-Digest",
                            document.descriptor().digest().toString()),
                    new byte[0]);
            return;
        }
        Document document = manifests.get(key);
        if (document == null) {
            reply.json(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}");
            return;
        }
        Descriptor descriptor = document.descriptor();
        Map<String, String> headers = Map.of(
                "Content-Type",
                descriptor.mediaType(),
                "Docker-Content-Digest",
                descriptor.digest().toString());
        if (request.method().equals("HEAD")) {
            reply.head(200, headers, descriptor.size());
        } else {
            reply.send(200, headers, document.bytes());
        }
    }

    private void blob(Request request, Reply reply, String key) throws IOException {
        byte[] bytes = blobs.get(key);
        if (bytes == null) {
            reply.json(404, "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\",\"message\":\"blob unknown to registry\"}]}");
            return;
        }
        Matcher range = RANGE.matcher(request.header("range").orElse(""));
        if (request.method().equals("HEAD")) {
            reply.head(200, Map.of(), bytes.length);
        } else if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
            reply.send(
                    206,
                    Map.of("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length),
                    rest);
        } else {
            reply.send(200, Map.of(), bytes);
        }
    }

    private void upload(Request request, Reply reply, String repository, String path) throws IOException {
        Map<String, String> query = query(request.query());
        if (request.method().equals("POST")) {
            begin(reply, repository, query);
            return;
        }
        ByteArrayOutputStream received = uploads.get(path);
        if (received == null) {
            reply.json(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\",\"message\":\"upload unknown\"}]}");
            return;
        }
        String range = "0-" + Math.max(0, received.size() + request.body().length - 1);
        switch (request.method()) {
            case "PUT" -> finish(request, reply, repository, path, received, query);
            case "PATCH" -> {
                received.writeBytes(request.body());
                reply.send(202, Map.of("Location", path + "?state=2", "Range", range), new byte[0]);
            }
            case "GET" -> reply.send(204, Map.of("Location", path + "?state=1", "Range", range), new byte[0]);
            default -> {
                uploads.remove(path);
                reply.send(204);
            }
        }
    }

    private void begin(Reply reply, String repository, Map<String, String> query) throws IOException {
        byte[] there = blobs.get(query.getOrDefault("from", "") + "/" + query.getOrDefault("mount", ""));
        if (there != null) {
            blobs.put(repository + "/" + query.get("mount"), there);
            reply.send(201);
            return;
        }
        String path = "/v2/" + repository + "/blobs/uploads/" + sessions.incrementAndGet();
        uploads.put(path, new ByteArrayOutputStream());
        reply.send(202, Map.of("Location", path + "?state=0"), new byte[0]);
    }

    private void finish(
            Request request,
            Reply reply,
            String repository,
            String path,
            ByteArrayOutputStream received,
            Map<String, String> query)
            throws IOException {
        received.writeBytes(request.body());
        byte[] bytes = received.toByteArray();
        uploads.remove(path);
        if (!Digest.of(bytes).toString().equals(query.get("digest"))) {
            reply.json(
                    400, "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"provided digest did not match\"}]}");
            return;
        }
        blobs.put(repository + "/" + query.get("digest"), bytes);
        reply.send(201);
    }

    static Map<String, String> query(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                all.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
