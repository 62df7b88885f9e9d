package dev.estiba.registry.server;

import dev.estiba.content.store.Lease;
import dev.estiba.content.store.LinkedManifest;
import dev.estiba.content.store.Repository;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The registry that this one is a cache of. What is asked for and not here is brought, once for all who ask at the same time; a tag is
 * asked for again after a while, and when the upstream does not answer, what was known of it counts. Safe for all threads.
 */
final class Upstream implements AutoCloseable {
    private static final int MOST_ASKED = 10_000;

    /** So many blobs come at a time. */
    private static final int DOWNLOADS = 16;

    private final Registry registry;
    private final String domain;
    private final Shelf shelf;
    private final long freshness;
    private final Map<String, Long> asked = new ConcurrentHashMap<>();
    private final Map<String, Download> downloads = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            DOWNLOADS,
            DOWNLOADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("estiba-registry-download", true));

    private Upstream(Registry registry, String domain, Shelf shelf, long freshness) {
        this.registry = registry;
        this.domain = domain;
        this.shelf = shelf;
        this.freshness = freshness;
        threads.allowCoreThreadTimeOut(true);
    }

    static Upstream open(URI address, Shelf shelf, RegistrySettings client, ServerSettings server) throws IOException {
        String authority = address.getRawAuthority();
        String path = address.getRawPath();
        boolean isPlain = "http".equals(address.getScheme());
        if (authority == null
                || !isPlain && !"https".equals(address.getScheme())
                || path != null && path.length() > 1) {
            throw new IOException("the registry to be a cache of is named as https://HOST, without a path: " + address);
        }
        String domain = authority.endsWith(".docker.io") ? Reference.DEFAULT_DOMAIN : authority;
        RegistrySettings settings = client;
        if (isPlain) {
            List<String> insecure = new ArrayList<>(client.insecure());
            insecure.add(authority);
            settings = client.withInsecure(insecure);
        }
        return new Upstream(
                Registry.open(settings),
                domain,
                shelf,
                server.limits().freshness().toNanos());
    }

    private Reference there(Reference name) {
        return new Reference(domain, name.path(), Optional.empty(), Optional.empty());
    }

    /** Brings a manifest, unless it is here, and known not long ago. */
    void manifest(Reference name, String reference) throws IOException {
        if (reference.indexOf(':') >= 0) {
            Digest digest = Route.digest(reference);
            if (shelf.manifest(name, digest).isEmpty()) {
                bring(name, there(name).withDigest(digest));
            }
            return;
        }
        Reference wanted;
        try {
            wanted = there(name).withTag(reference);
        } catch (IllegalArgumentException e) {
            return; // nothing can be called that
        }
        Optional<Descriptor> here = shelf.tagged(name, reference);
        Long before = asked.get(wanted.toString());
        if (here.isPresent() && before != null && System.nanoTime() - before < freshness) {
            return;
        }
        try {
            Digest digest = bring(name, wanted);
            if (here.filter(each -> each.digest().equals(digest)).isEmpty()) {
                shelf.pushed(name).tag(reference, digest);
            }
            if (asked.size() >= MOST_ASKED) {
                asked.clear();
            }
            asked.put(wanted.toString(), System.nanoTime());
        } catch (NotThere e) {
            shelf.pushed(name).untag(reference);
        } catch (IOException e) {
            if (here.isEmpty()) {
                throw unreachable(e);
            }
        }
    }

    private Refused unreachable(IOException cause) {
        Refused refused = new Refused(
                502, ErrorCode.UNKNOWN, "the registry " + domain + " did not give it: " + cause.getMessage());
        refused.initCause(cause);
        return refused;
    }

    private Digest bring(Reference name, Reference wanted) throws IOException {
        try (ImageSource source = registry.source(wanted);
                Lease lease = shelf.store().lease()) {
            Document root = source.root();
            Descriptor descriptor = root.descriptor();
            Repository repository = shelf.pushed(name);
            if (repository.manifest(descriptor.digest()).isEmpty()) {
                Manifests.put(shelf.store(), repository, root, lease);
                repository.link(
                        Parts.linked(read(root), descriptor.mediaType(), descriptor.digest(), descriptor.size()));
            }
            return descriptor.digest();
        }
    }

    private static ImageReader.Document read(Document document) throws IOException {
        try {
            return ImageReader.read(
                    document.bytes(), Optional.of(document.descriptor().mediaType()));
        } catch (DocumentException e) {
            throw new IOException(document.descriptor().digest() + ": " + e.getMessage(), e);
        }
    }

    /** A blob that a manifest in the repository names and that is not here; empty: it is here, or nobody has named it. */
    Optional<Download> blob(Reference name, Digest digest) throws IOException {
        if (shelf.hasBlob(name, digest)) {
            return Optional.empty();
        }
        Optional<Descriptor> descriptor = named(name, digest);
        if (descriptor.isEmpty()) {
            return Optional.empty();
        }
        String key = name.repository() + "@" + digest;
        Download download = downloads.computeIfAbsent(key, any -> {
            Download begun = new Download(descriptor.get());
            threads.execute(() -> bring(name, digest, begun, key));
            return begun;
        });
        try {
            download.awaitBegun();
            return Optional.of(download);
        } catch (NotThere e) {
            throw Blobs.unknown(digest);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private void bring(Reference name, Digest digest, Download download, String key) {
        try (ImageSource source = registry.source(there(name).withDigest(digest));
                Lease lease = shelf.store().lease()) {
            download.bring(source, shelf.store(), lease);
            shelf.pushed(name).linkBlob(digest);
        } catch (IOException | RuntimeException e) {
            download.fail(e);
            System.getLogger(RegistryServer.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} did not come: {1}", digest, e.getMessage());
        } finally {
            downloads.remove(key, download);
            download.end();
        }
    }

    /** How a manifest in the repository describes a blob. */
    private Optional<Descriptor> named(Reference name, Digest digest) throws IOException {
        for (LinkedManifest each : shelf.pushed(name).manifests()) {
            if (each.parts().contains(digest)
                    && read(shelf.store().blobs().document(each.descriptor()))
                            instanceof ImageReader.Document.OfManifest(Manifest manifest)) {
                return Stream.concat(Stream.of(manifest.config()), manifest.layers().stream())
                        .filter(part -> part.digest().equals(digest))
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        registry.close();
    }
}
