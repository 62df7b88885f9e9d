package dev.estiba.registry.client;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Manifests as they are put, and which of them say something of which other one: by the registry's list of referrers, or, where it
 * has none, by the index that clients keep under a tag (distribution-spec, "Listing Referrers", "Referrers Tag Schema").
 */
final class Referrers {
    private static final int MOST_PAGES = 1000;

    private final Repository place;
    private final Transfers transfers;

    Referrers(Repository place, Transfers transfers) {
        this.place = place;
        this.transfers = transfers;
    }

    /** @param name a tag, or its digest */
    void put(Document document, String name) throws IOException {
        boolean listed = send(document, name);
        if (!listed) {
            Optional<Referrer> referrer = referrer(document);
            if (referrer.isPresent()) {
                enter(referrer.get());
            }
        }
    }

    /** Whether the registry keeps the list itself (it says so with OCI-Subject). */
    private boolean send(Document document, String name) throws IOException {
        Descriptor descriptor = document.descriptor();
        Call call = Call.of("PUT", place.address("/manifests/" + name, transfers))
                .with("Content-Type", descriptor.mediaType())
                .sending(new Call.Content.Bytes(document.bytes()));
        try (Answer answer = place.send(call, transfers)) {
            if (!answer.isSuccess()) {
                throw place.refusal(answer);
            }
            answer.error();
            Optional<Digest> found = answer.header("Docker-Content-Digest").flatMap(Digest::parse);
            if (found.isPresent() && !found.get().equals(descriptor.digest())) {
                throw ContentMismatch.digest(descriptor.digest(), found.get());
            }
            return answer.header("OCI-Subject").isPresent();
        }
    }

    /** A document that has a subject, as an entry of the list. */
    private record Referrer(Descriptor subject, Descriptor entry) {}

    private static Optional<Referrer> referrer(Document document) throws IOException {
        Descriptor own = document.descriptor();
        try {
            return switch (ImageReader.read(document.bytes(), Optional.of(own.mediaType()))) {
                case ImageReader.Document.OfManifest(Manifest manifest) ->
                    manifest.subject()
                            .map(subject -> new Referrer(
                                    subject,
                                    entry(
                                            own,
                                            manifest.artifactType()
                                                    .or(() -> Optional.of(
                                                            manifest.config().mediaType())),
                                            manifest.annotations())));
                case ImageReader.Document.OfIndex(Index index) ->
                    index.subject()
                            .map(subject ->
                                    new Referrer(subject, entry(own, index.artifactType(), index.annotations())));
            };
        } catch (DocumentException e) {
            throw new IOException(own.digest() + " is refused: " + e.getMessage(), e);
        }
    }

    private static Descriptor entry(Descriptor own, Optional<String> type, Map<String, String> annotations) {
        return new Descriptor(
                own.mediaType(),
                own.digest(),
                own.size(),
                List.of(),
                annotations,
                Optional.empty(),
                type,
                Optional.empty());
    }

    private void enter(Referrer referrer) throws IOException {
        String tag = tag(referrer.subject().digest());
        Set<Descriptor> all = new LinkedHashSet<>(tagged(tag));
        if (all.stream().anyMatch(each -> each.digest().equals(referrer.entry().digest()))) {
            return;
        }
        all.add(referrer.entry());
        Index index = new Index(
                Optional.of(MediaTypes.INDEX), Optional.empty(), List.copyOf(all), Optional.empty(), Map.of());
        send(Document.of(MediaTypes.INDEX, ImageWriter.write(index)), tag);
    }

    /** {@code sha256-…}, cut where a tag must end. */
    private static String tag(Digest subject) {
        String text = subject.algorithm().word() + "-" + subject.encoded();
        return text.substring(0, Math.min(128, text.length()));
    }

    /** Those that say something of it; none when there are none. */
    List<Descriptor> of(Digest subject) throws IOException {
        try {
            return listed(subject);
        } catch (Refusal e) {
            if (e.status() != 404) {
                throw e;
            }
        }
        return tagged(tag(subject));
    }

    private List<Descriptor> listed(Digest subject) throws IOException {
        List<Descriptor> all = new ArrayList<>();
        Optional<URI> next = Optional.of(place.address("/referrers/" + subject, transfers));
        for (int page = 0; next.isPresent(); page++) {
            if (page == MOST_PAGES) {
                throw new IOException("the list of what refers to " + subject + " does not end");
            }
            Call call = Call.of("GET", next.get()).with("Accept", MediaTypes.INDEX);
            RegistryHost.Read read = place.host()
                    .document(
                            call,
                            place.scopes(),
                            ImageReader.MOST_BYTES,
                            place.host().tries(),
                            transfers);
            all.addAll(index(read.bytes()).manifests());
            next = place.host().next(read.answer(), transfers);
        }
        return List.copyOf(all);
    }

    private List<Descriptor> tagged(String tag) throws IOException {
        try {
            Document document =
                    place.manifest(tag, Optional.empty(), place.host().tries(), transfers);
            return index(document.bytes()).manifests();
        } catch (Refusal e) {
            if (e.status() == 404) {
                return List.of();
            }
            throw e;
        }
    }

    private static Index index(byte[] bytes) throws IOException {
        try {
            return ImageReader.readIndex(bytes);
        } catch (DocumentException e) {
            throw new IOException("the registry's list of referrers is refused: " + e.getMessage(), e);
        }
    }
}
