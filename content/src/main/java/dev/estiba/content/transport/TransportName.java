package dev.estiba.content.transport;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A place of images as a user writes it, in skopeo's words (containers-transports(5)): {@code docker://REFERENCE},
 * {@code oci:PATH[:NAME]}, {@code oci-archive:PATH[:NAME]}, {@code docker-archive:PATH[:REFERENCE]}; instead of a name
 * {@code @DIGEST} or {@code :@NUMBER}. A path ends at its first colon. A reference alone is of the engine's own store;
 * {@code store:REFERENCE} is the same, for an image that is called {@code oci}.
 */
public sealed interface TransportName {
    /** The engine's own store. */
    record Store(Reference reference) implements TransportName {
        @Override
        public String toString() {
            return reference.familiar();
        }
    }

    record Registry(Reference reference) implements TransportName {
        @Override
        public String toString() {
            return "docker://" + reference.familiar();
        }
    }

    /** What is in files, of which a path may hold many images. */
    sealed interface InFiles extends TransportName {
        String path();

        Which which();
    }

    /** A directory with an image layout. */
    record Layout(String path, Which which) implements InFiles {
        @Override
        public String toString() {
            return "oci:" + path + which;
        }
    }

    /** A tar archive of an image layout. */
    record OciArchive(String path, Which which) implements InFiles {
        @Override
        public String toString() {
            return "oci-archive:" + path + which;
        }
    }

    /** What {@code docker save} writes. */
    record DockerArchive(String path, Which which) implements InFiles {
        @Override
        public String toString() {
            return "docker-archive:" + path + which;
        }
    }

    /** Skopeo's others, which a user may expect. */
    Set<String> OTHERS = Set.of("dir", "containers-storage", "docker-daemon", "ostree", "sif", "tarball", "atomic");

    Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,1023}");

    /**
     * What a user has written.
     *
     * @throws IllegalArgumentException in words for that user
     */
    static TransportName parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (word) {
            case "docker" -> registry(text, rest);
            case "store" -> new Store(Reference.parse(rest).tagged());
            case "oci" -> new Layout(path(text, rest), which(text, rest));
            case "oci-archive" -> new OciArchive(path(text, rest), which(text, rest));
            case "docker-archive" -> new DockerArchive(path(text, rest), referenced(which(text, rest)));
            default -> {
                if (OTHERS.contains(word)) {
                    throw new IllegalArgumentException(
                            "\"" + word + ":\" is no place of images here: there are docker://, oci:, oci-archive:,"
                                    + " docker-archive:, and store: (an image that is called \"" + word + "\" is store:"
                                    + text + ")");
                }
                yield new Store(Reference.parse(text).tagged());
            }
        };
    }

    private static TransportName registry(String text, String rest) {
        if (!rest.startsWith("//")) {
            throw new IllegalArgumentException("\"" + text
                    + "\": an image of a registry is docker://REFERENCE, and one of the store that is called \"docker\""
                    + " is store:" + text);
        }
        return new Registry(Reference.parse(rest.substring(2)).tagged());
    }

    /** Where a digest begins that the text ends with. */
    private static Optional<Integer> digestAt(String rest) {
        int at = rest.lastIndexOf('@');
        return at < 0 || Digest.parse(rest.substring(at + 1)).isEmpty() ? Optional.empty() : Optional.of(at);
    }

    private static String path(String text, String rest) {
        String path = digestAt(rest).map(at -> rest.substring(0, at)).orElse(rest);
        int colon = path.indexOf(':');
        path = colon < 0 ? path : path.substring(0, colon);
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"" + text.replace('\0', '?') + "\" lacks a path before the name");
        }
        return path;
    }

    private static Which which(String text, String rest) {
        Optional<Integer> digest = digestAt(rest);
        if (digest.isPresent()) {
            String before = rest.substring(0, digest.get());
            int colon = before.indexOf(':');
            if (colon >= 0 && colon < before.length() - 1) {
                throw new IllegalArgumentException("\"" + text + "\" has a name and a digest, where one is enough");
            }
            return new Which.ByDigest(
                    Digest.parse(rest.substring(digest.get() + 1)).orElseThrow());
        }
        int colon = rest.indexOf(':');
        if (colon < 0) {
            return new Which.Only();
        }
        String name = rest.substring(colon + 1);
        if (name.matches("@[0-9]{1,6}")) {
            return new Which.At(Integer.parseInt(name.substring(1)));
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"" + text.replace('\0', '?')
                    + "\": after the path's colon comes a name of letters, digits and . _ / : @ + -");
        }
        return new Which.Named(name);
    }

    /** Docker's archives have whole references. */
    private static Which referenced(Which which) {
        return which instanceof Which.Named(String name)
                ? new Which.Named(Reference.parse(name).tagged().familiar())
                : which;
    }
}
