package dev.estiba.registry.server;

import dev.estiba.content.fetch.StoreTarget;
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
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The registry that this one is a cache of. What is asked for and not here is brought, once for all who ask at the same time; a tag is
 * asked for again after a while, and when the upstream does not answer, what was known of it counts. Safe for all threads.
 */
final class Upstream implements AutoCloseable {
    private static final int MOST_ASKED = 10_000;

    private final Registry registry;
    private final String domain;
    private final Shelf shelf;
    private final Platform host;
    private final long freshness;
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    private Upstream(Registry registry, String domain, Shelf shelf, Platform host, long freshness) {
        this.registry = registry;
        this.domain = domain;
        this.shelf = shelf;
        this.host = host;
        this.freshness = freshness;
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
                server.host(),
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

    /** Brings a blob that a manifest in the repository names, unless it is here. */
    void blob(Reference name, Digest digest) throws IOException {
        if (shelf.hasBlob(name, digest)) {
            return;
        }
        Optional<Descriptor> descriptor = named(name, digest);
        if (descriptor.isEmpty()) {
            return;
        }
        try (ImageSource source = registry.source(there(name).withDigest(digest));
                Lease lease = shelf.store().lease();
                StoreTarget target = new StoreTarget(shelf.store(), lease, host, List.of())) {
            target.blob(descriptor.get(), offset -> source.blob(descriptor.get(), offset), (blob, step) -> {});
            shelf.pushed(name).linkBlob(digest);
        } catch (NotThere e) {
            throw Blobs.unknown(digest);
        } catch (IOException e) {
            throw unreachable(e);
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
        registry.close();
    }
}
