package dev.estiba.registry.server;

import dev.estiba.oci.image.Digest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a path means (distribution-spec, "Endpoints"). Names are as they were sent: who uses one checks it. */
sealed interface Route {
    record Base() implements Route {}

    record Token() implements Route {}

    record Metrics() implements Route {}

    record Health() implements Route {}

    record Catalog() implements Route {}

    record Manifest(String repository, String reference) implements InRepository {}

    record Blob(String repository, String digest) implements InRepository {}

    record Uploads(String repository) implements InRepository {}

    record Upload(String repository, String id) implements InRepository {}

    record Tags(String repository) implements InRepository {}

    record Referrers(String repository, String digest) implements InRepository {}

    /** One that somebody may be allowed to and another not. */
    sealed interface InRepository extends Route {
        String repository();
    }

    Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/?");
    Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]+)");
    Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+)");
    Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
    Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
    Pattern REFERRERS = Pattern.compile("/v2/(.+)/referrers/([^/]+)");

    /** Empty when it means nothing. */
    static Optional<Route> of(String path) {
        return switch (path) {
            case "/v2", "/v2/" -> Optional.of(new Base());
            case "/token" -> Optional.of(new Token());
            case "/metrics" -> Optional.of(new Metrics());
            case "/healthz" -> Optional.of(new Health());
            case "/v2/_catalog" -> Optional.of(new Catalog());
            default -> inRepository(path);
        };
    }

    private static Optional<Route> inRepository(String path) {
        Matcher uploads = UPLOADS.matcher(path);
        if (uploads.matches()) {
            return Optional.of(new Uploads(uploads.group(1)));
        }
        Matcher upload = UPLOAD.matcher(path);
        if (upload.matches()) {
            return Optional.of(new Upload(upload.group(1), upload.group(2)));
        }
        Matcher blob = BLOB.matcher(path);
        if (blob.matches()) {
            return Optional.of(new Blob(blob.group(1), blob.group(2)));
        }
        Matcher manifest = MANIFEST.matcher(path);
        if (manifest.matches()) {
            return Optional.of(new Manifest(manifest.group(1), manifest.group(2)));
        }
        Matcher tags = TAGS.matcher(path);
        if (tags.matches()) {
            return Optional.of(new Tags(tags.group(1)));
        }
        Matcher referrers = REFERRERS.matcher(path);
        return referrers.matches()
                ? Optional.of(new Referrers(referrers.group(1), referrers.group(2)))
                : Optional.empty();
    }

    /** @throws Refused when it is none that could be verified */
    static Digest digest(String text) throws Refused {
        return Digest.parse(text)
                .orElseThrow(() -> new Refused(
                        ErrorCode.DIGEST_INVALID,
                        "a digest is sha256: or sha512: and all its lower-case hexadecimal digits"));
    }
}
