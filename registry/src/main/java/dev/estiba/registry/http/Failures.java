package dev.estiba.registry.http;

import dev.estiba.oci.json.Excerpt;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** What the JDK's client throws, in sentences for a person; no header and no query is in them. */
final class Failures {
    private Failures() {}

    static IOException of(URI uri, Throwable why) {
        String place = place(uri);
        if (has(why, UnresolvedAddressException.class) || has(why, UnknownHostException.class)) {
            return new Unreachable(
                    Unreachable.Obstacle.NAME,
                    "cannot reach " + place + ": no such host; is the name right, and does DNS work here?",
                    why);
        }
        if (why instanceof HttpConnectTimeoutException) {
            return new Unreachable(
                    Unreachable.Obstacle.CONNECTION, "cannot reach " + place + ": no connection in time", why);
        }
        if (why instanceof ConnectException) {
            return new Unreachable(
                    Unreachable.Obstacle.CONNECTION,
                    "cannot reach " + place + ": " + connectReason(why) + "; does a registry listen there?",
                    why);
        }
        if (has(why, SSLException.class)) {
            return new Unreachable(
                    Unreachable.Obstacle.TLS,
                    "cannot trust or speak TLS with " + place + ": " + reason(why) + remedy(why),
                    why);
        }
        if (has(why, EOFException.class)) {
            return new TransferFailure("the connection to " + place + " broke off", why);
        }
        return new TransferFailure("the request to " + place + " failed: " + reason(why), why);
    }

    /** Two that are met every day, by the JDK's words (sun.security.ssl.SSLSocketInputRecord, sun.security.validator). */
    private static String remedy(Throwable why) {
        String reason = reason(why);
        if (reason.contains("Unsupported or unrecognized SSL message") || reason.contains("plaintext connection")) {
            return "; if it speaks plain HTTP, say so: insecure = true in /etc/containers/registries.conf";
        }
        return reason.contains("unable to find valid certification path")
                ? "; put the certificate of its authority into /etc/docker/certs.d/HOST/ca.crt"
                : "";
    }

    static String place(URI uri) {
        try {
            return HttpOrigin.of(uri).toString();
        } catch (IllegalArgumentException e) {
            return "a place that is no web server";
        }
    }

    private static String connectReason(Throwable why) {
        String reason = reason(why);
        return reason.isEmpty() || reason.equals("ConnectException") ? "connection refused" : reason;
    }

    /** The innermost message, which is the one that says what happened. */
    static String reason(Throwable why) {
        String message = "";
        Throwable at = why;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (at.getMessage() != null && !at.getMessage().isBlank()) {
                Throwable cause = at.getCause();
                boolean copied = cause != null && at.getMessage().equals(cause.toString());
                message = copied ? message : at.getMessage();
            }
            at = at.getCause();
        }
        return message.isEmpty() ? why.getClass().getSimpleName() : Excerpt.sentence(message);
    }

    static boolean has(Throwable why, Class<? extends Throwable> kind) {
        Throwable at = why;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (kind.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
