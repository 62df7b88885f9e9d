package dev.estiba.registry.client;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Excerpt;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Transfers;
import dev.estiba.registry.http.Tries;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A repository in one place: what the distribution specification's "pull" asks of it. */
final class Repository {
    /** Everything that can be read, the newest first; a registry that has several forms of a manifest chooses by it. */
    private static final String ACCEPTED = String.join(
            ", ", MediaTypes.INDEX, MediaTypes.MANIFEST, MediaTypes.DOCKER_INDEX, MediaTypes.DOCKER_MANIFEST);

    /** What a server says that does not know; the document speaks for itself then. */
    private static final Set<String> NOTHING_SAID =
            Set.of("", "application/json", "application/octet-stream", "text/plain", "binary/octet-stream");

    private final RegistryHost host;
    private final String path;
    private final Optional<String> namespace;
    private final List<Scope> scopes;

    /** @param namespace of which registry it is a mirror, for one that is a mirror of many (containerd's {@code ns}) */
    Repository(RegistryHost host, String path, Optional<String> namespace, List<Scope> scopes) {
        this.host = host;
        this.path = path;
        this.namespace = namespace;
        this.scopes = List.copyOf(scopes);
    }

    RegistryHost host() {
        return host;
    }

    String path() {
        return path;
    }

    List<Scope> scopes() {
        return scopes;
    }

    URI address(String what, Transfers transfers) throws IOException {
        String query = namespace
                .map(name -> (what.indexOf('?') < 0 ? "?ns=" : "&ns=") + name)
                .orElse("");
        return host.address("/" + path + what + query, transfers);
    }

    Answer send(Call call, Transfers transfers) throws IOException {
        return host.send(call, scopes, host.tries(), transfers);
    }

    /** What a registry has answered that is an error; it is read to its end. */
    Refusal refusal(Answer answer) {
        return host.refusal(answer);
    }

    /**
     * The document that a tag or a digest names, verified.
     *
     * @throws Refusal when the registry says no
     */
    Document manifest(String reference, Optional<Digest> wanted, Tries tries, Transfers transfers) throws IOException {
        Call call =
                Call.of("GET", address("/manifests/" + reference, transfers)).with("Accept", ACCEPTED);
        RegistryHost.Read read = host.document(call, scopes, ImageReader.MOST_BYTES, tries, transfers);
        byte[] bytes = read.bytes();
        checkDigests(bytes, wanted, read.answer());
        String type = mediaType(bytes, said(read.answer()));
        Digest digest = wanted.orElseGet(() -> Digest.of(bytes));
        return new Document(Descriptor.of(type, digest, bytes.length), bytes);
    }

    /** One that another document names, with its size and its kind. */
    Document manifest(Descriptor descriptor, Tries tries, Transfers transfers) throws IOException {
        String accepted = ACCEPTED.contains(descriptor.mediaType())
                ? ACCEPTED
                : ACCEPTED + ", " + Excerpt.sentence(descriptor.mediaType());
        Call call = Call.of("GET", address("/manifests/" + descriptor.digest(), transfers))
                .with("Accept", accepted);
        RegistryHost.Read read = host.document(call, scopes, ImageReader.MOST_BYTES, tries, transfers);
        checkDigests(read.bytes(), Optional.of(descriptor.digest()), read.answer());
        Document document = Document.verified(descriptor, read.bytes());
        String said = said(read.answer());
        if (isKnown(descriptor.mediaType())) {
            if (!NOTHING_SAID.contains(said) && !said.equals(descriptor.mediaType())) {
                throw disagreement(said, descriptor.mediaType());
            }
            mediaType(read.bytes(), descriptor.mediaType());
        }
        return document;
    }

    /** Asks for a manifest's name alone; empty when there is none, or the registry does not tell. */
    Optional<Descriptor> head(String reference, Transfers transfers) throws IOException {
        Call call =
                Call.of("HEAD", address("/manifests/" + reference, transfers)).with("Accept", ACCEPTED);
        try (Answer answer = send(call, transfers)) {
            if (!answer.isSuccess() && answer.status() != 404) {
                throw refusal(answer);
            }
            answer.error();
            if (answer.status() == 404) {
                return Optional.empty();
            }
            Optional<Digest> digest = answer.header("Docker-Content-Digest").flatMap(Digest::parse);
            long size = answer.length().orElse(-1);
            return digest.isPresent() && size >= 0
                    ? Optional.of(Descriptor.of(said(answer), digest.get(), size))
                    : Optional.empty();
        }
    }

    /**
     * A blob's answer from a byte on: 200 with all of it, or 206 with the rest. The caller checks which, and closes it.
     *
     * @throws Refusal when the registry says no
     */
    Answer blob(Descriptor descriptor, long offset, Tries tries, Transfers transfers) throws IOException {
        Call call = Call.of("GET", address("/blobs/" + descriptor.digest(), transfers));
        if (offset > 0) {
            call = call.with("Range", "bytes=" + offset + "-" + (descriptor.size() - 1));
        }
        Answer answer = host.send(call, scopes, tries, transfers);
        if (answer.status() == 200 || offset > 0 && answer.status() == 206) {
            return answer;
        }
        try (answer) {
            Refusal refusal = refusal(answer);
            throw refusal.status() == 404 && refusal.code().isEmpty()
                    ? new Refusal(404, "BLOB_UNKNOWN", String.valueOf(refusal.getMessage()))
                    : refusal;
        }
    }

    private static void checkDigests(byte[] bytes, Optional<Digest> wanted, Answer answer) throws IOException {
        if (wanted.isPresent()) {
            checkDigest(bytes, wanted.get());
        }
        Optional<Digest> said = answer.header("Docker-Content-Digest").flatMap(Digest::parse);
        if (said.isPresent()) {
            checkDigest(bytes, said.get());
        }
    }

    private static void checkDigest(byte[] bytes, Digest wanted) throws ContentMismatch {
        var hash = wanted.algorithm().hash();
        hash.update(bytes);
        Digest found = Digest.of(wanted.algorithm(), hash);
        if (!found.equals(wanted)) {
            throw ContentMismatch.digest(wanted, found);
        }
    }

    /** The Content-Type, without parameters. */
    private static String said(Answer answer) {
        String type = answer.header("Content-Type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isKnown(String type) {
        return MediaTypes.isIndex(type) || MediaTypes.isManifest(type);
    }

    /** What a document is, by what is said of it and by itself; where the two disagree it is refused (CVE-2021-41190). */
    private static String mediaType(byte[] bytes, String said) throws IOException {
        if (MediaTypes.SCHEMA_1.contains(said)) {
            throw new IOException(
                    "the registry has only a manifest of schema 1, Docker's oldest format, which is not read"
                            + " any more: push the image again with a current engine");
        }
        Optional<String> type = NOTHING_SAID.contains(said) ? Optional.empty() : Optional.of(said);
        if (type.isPresent() && !isKnown(said)) {
            throw new IOException("the registry says that the manifest is " + Excerpt.quoted(said)
                    + ", which is neither a manifest nor an index that can be read; is it a registry, or does a proxy or"
                    + " a page to log in stand before it?");
        }
        try {
            return switch (ImageReader.read(bytes, type)) {
                case ImageReader.Document.OfIndex(var index) ->
                    type.or(index::mediaType).orElse(MediaTypes.INDEX);
                case ImageReader.Document.OfManifest(Manifest manifest) ->
                    type.or(manifest::mediaType).orElse(MediaTypes.MANIFEST);
            };
        } catch (DocumentException e) {
            throw new IOException("the manifest that the registry has sent is refused: " + e.getMessage(), e);
        }
    }

    private static IOException disagreement(String said, String wanted) {
        return new IOException("the registry says that a manifest is " + Excerpt.quoted(said)
                + ", and what names it says " + Excerpt.quoted(wanted) + ": refused");
    }
}
