package dev.estiba.oci.image;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of an image as Docker's users write it, made whole: {@code busybox} is {@code docker.io/library/busybox:latest}. The
 * grammar and its refusals are those of Docker's and containerd's {@code distribution/reference}.
 *
 * @param domain the registry, with its port
 * @param path the repository within it
 */
public record Reference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    /** The registry that is meant where none is named. */
    public static final String DEFAULT_DOMAIN = "docker.io";

    private static final String OFFICIAL = "library/";
    private static final String LATEST = "latest";
    private static final int LONGEST = 255;

    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern DOMAIN =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern HASH = Pattern.compile("[a-f0-9]{64}");

    /** @throws IllegalArgumentException when it is not whole or not valid */
    public Reference {
        if (!DOMAIN.matcher(domain).matches()
                || !PATH.matcher(path).matches()
                || tag.filter(each -> !TAG.matcher(each).matches()).isPresent()) {
            throw invalid("");
        }
        if (domain.length() + 1 + path.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "repository name must not be more than " + LONGEST + " characters: " + domain + "/" + path);
        }
    }

    private static IllegalArgumentException invalid(String more) {
        return new IllegalArgumentException("invalid reference format" + more);
    }

    /**
     * What a user has written. Without tag and digest, neither is there: {@link #tagged} adds the usual one.
     *
     * @throws IllegalArgumentException with Docker's sentence
     */
    public static Reference parse(String text) {
        if (HASH.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
        }
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        Optional<Digest> digest = at < 0 ? Optional.empty() : Digest.parse(text.substring(at + 1));
        if (at >= 0 && digest.isEmpty()) {
            throw invalid("");
        }
        int slash = named.indexOf('/');
        boolean hasDomain = slash > 0 && isDomain(named.substring(0, slash));
        String domain = hasDomain ? named.substring(0, slash) : DEFAULT_DOMAIN;
        String rest = hasDomain ? named.substring(slash + 1) : named;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
            rest = OFFICIAL + rest;
        }
        int colon = rest.lastIndexOf(':');
        boolean hasTag = colon > rest.lastIndexOf('/');
        String path = hasTag ? rest.substring(0, colon) : rest;
        if (!path.toLowerCase(Locale.ROOT).equals(path)) {
            throw invalid(": repository name (" + path + ") must be lowercase");
        }
        Optional<String> tag = hasTag ? Optional.of(rest.substring(colon + 1)) : Optional.empty();
        return new Reference(domain, path, tag, digest);
    }

    /** Whether a name says in which registry it is; one that does not is in {@link #DEFAULT_DOMAIN}. */
    public static boolean isQualified(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && isDomain(text.substring(0, slash));
    }

    /** A name's first part is a registry when it could be nothing else. */
    private static boolean isDomain(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.toLowerCase(Locale.ROOT).equals(first);
    }

    /** With the usual tag where neither tag nor digest was said. */
    public Reference tagged() {
        return tag.isPresent() || digest.isPresent() ? this : withTag(LATEST);
    }

    /** The repository alone. */
    public Reference withoutTag() {
        return new Reference(domain, path, Optional.empty(), Optional.empty());
    }

    public Reference withTag(String name) {
        return new Reference(domain, path, Optional.of(name), digest);
    }

    public Reference withDigest(Digest name) {
        return new Reference(domain, path, tag, Optional.of(name));
    }

    /** The registry and the repository. */
    public String repository() {
        return domain + "/" + path;
    }

    /** As short as Docker shows it; {@link #parse} makes the same of it. */
    public String familiar() {
        String name = domain.equals(DEFAULT_DOMAIN)
                ? path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0
                        ? path.substring(OFFICIAL.length())
                        : path
                : repository();
        return name + suffix();
    }

    private String suffix() {
        return tag.map(each -> ":" + each).orElse("")
                + digest.map(each -> "@" + each).orElse("");
    }

    @Override
    public String toString() {
        return repository() + suffix();
    }
}
