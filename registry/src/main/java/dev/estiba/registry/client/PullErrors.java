package dev.estiba.registry.client;

import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import java.io.IOException;

/** A registry's refusals as Docker tells them of an image: its clients look for these words. */
final class PullErrors {
    private PullErrors() {}

    static NotThere missing(Reference image) {
        return new NotThere("manifest for " + image.familiar() + " not found: manifest unknown");
    }

    static IOException told(Refusal refusal, Reference image) {
        String repository = new Reference(
                        image.domain(), image.path(), java.util.Optional.empty(), java.util.Optional.empty())
                .familiar();
        String message = refusal.getMessage();
        return switch (refusal.code()) {
            case "DENIED" ->
                new Refusal(
                        refusal.status(),
                        refusal.code(),
                        "pull access denied for " + repository
                                + ", repository does not exist or may require 'docker login': " + message);
            case "UNAUTHORIZED" ->
                new Refusal(refusal.status(), refusal.code(), message + " ('estiba login " + image.domain() + "')");
            case "NAME_UNKNOWN" -> new NotThere("repository " + repository + " not found: " + message);
            case "MANIFEST_UNKNOWN", "NOT_FOUND" ->
                new NotThere("manifest for " + image.familiar() + " not found: " + message);
            case "BLOB_UNKNOWN" -> new NotThere("a part of " + image.familiar() + " is not there: " + message);
            default ->
                refusal.status() == 404
                        ? new NotThere("manifest for " + image.familiar() + " not found: manifest unknown: " + message)
                        : refusal;
        };
    }
}
