package dev.estiba.oci.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What an image's programs run on (image-index.md, "platform"), in Go's words. Equal platforms are written differently by
 * different authors; {@link #normalized} has one way, as containerd's package of that name.
 *
 * @param variant of the processor: {@code v7}
 */
public record Platform(
        String os, String architecture, Optional<String> variant, Optional<String> osVersion, List<String> osFeatures) {
    /** Those that Go knows (containerd's platforms, isKnownArch): another word alone may be a mistake. */
    private static final Set<String> MACHINES = Set.of(
            "386",
            "amd64",
            "amd64p32",
            "arm",
            "armbe",
            "arm64",
            "arm64be",
            "ppc64",
            "ppc64le",
            "loong64",
            "mips",
            "mipsle",
            "mips64",
            "mips64le",
            "mips64p32",
            "mips64p32le",
            "ppc",
            "riscv",
            "riscv64",
            "s390",
            "s390x",
            "sparc",
            "sparc64",
            "wasm");

    public Platform {
        osFeatures = List.copyOf(osFeatures);
    }

    public static Platform of(String os, String architecture) {
        return new Platform(os, architecture, Optional.empty(), Optional.empty(), List.of());
    }

    private Platform with(String architecture, Optional<String> variant) {
        return new Platform(os, architecture, variant, osVersion, osFeatures);
    }

    /**
     * What a user writes: {@code linux/arm64/v8}, {@code linux/amd64}, the architecture alone, or {@code linux} alone.
     *
     * @param host what a part that is left out is taken from
     * @throws IllegalArgumentException in words for a person
     */
    public static Platform parse(String text, Platform host) {
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!part.matches("[A-Za-z0-9_.-]+")) {
                throw new IllegalArgumentException("\"" + text + "\" is an invalid OS component of \"" + text
                        + "\": it is OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, as in linux/arm64");
            }
        }
        return switch (parts.length) {
            case 1 -> single(parts[0], host);
            case 2 -> of(parts[0], parts[1]).normalized();
            case 3 -> new Platform(parts[0], parts[1], Optional.of(parts[2]), Optional.empty(), List.of()).normalized();
            default ->
                throw new IllegalArgumentException("\"" + text + "\": cannot parse platform specifier: it has "
                        + parts.length + " parts, and is OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT");
        };
    }

    private static Platform single(String word, Platform host) {
        if (word.equalsIgnoreCase(host.os())) {
            return host;
        }
        Platform platform = of(host.os(), word).normalized();
        if (!MACHINES.contains(platform.architecture())) {
            throw new IllegalArgumentException(
                    "\"" + word + "\": unknown operating system or architecture: invalid argument");
        }
        return platform;
    }

    /** @param machine as uname(2) or a JVM says it: {@code x86_64} */
    public static Platform linux(String machine) {
        return of("linux", machine).normalized();
    }

    /** In lower case and in Go's words, without a variant that everybody has. */
    public Platform normalized() {
        String system = os.toLowerCase(Locale.ROOT);
        String name = architecture.toLowerCase(Locale.ROOT);
        String part = variant.orElse("").toLowerCase(Locale.ROOT);
        Platform lower = new Platform(system.equals("macos") ? "darwin" : system, name, variant, osVersion, osFeatures);
        return switch (name) {
            case "i386", "i486", "i586", "i686", "x86" -> lower.with("386", Optional.empty());
            case "x86_64", "x86-64", "amd64" -> lower.with("amd64", part.equals("v1") ? Optional.empty() : some(part));
            case "aarch64", "arm64" ->
                lower.with("arm64", part.equals("8") || part.equals("v8") ? Optional.empty() : some(part));
            case "armhf" -> lower.with("arm", Optional.of("v7"));
            case "armel" -> lower.with("arm", Optional.of("v6"));
            case "arm" ->
                lower.with(
                        "arm",
                        Optional.of(
                                switch (part) {
                                    case "", "7" -> "v7";
                                    case "5", "6", "8" -> "v" + part;
                                    default -> part;
                                }));
            default -> lower.with(name, some(part));
        };
    }

    private static Optional<String> some(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /**
     * Which platforms' programs run here, the best first: an ARM processor runs what is made for older ones, an x86-64 one what
     * is made for lower levels, and one of 64 bits what is made for its 32.
     */
    public List<Platform> runs() {
        Platform wanted = normalized();
        List<Platform> all = new ArrayList<>();
        String name = wanted.architecture();
        if (name.equals("arm")) {
            addDown(all, wanted, wanted.variant().orElse("v7"), 5);
        } else if (name.equals("amd64") && wanted.variant().isPresent()) {
            addDown(all, wanted, wanted.variant().get(), 2);
            all.add(wanted.with("amd64", Optional.empty()));
        } else {
            all.add(wanted);
            if (wanted.variant().isPresent()) {
                all.add(wanted.with(name, Optional.empty()));
            }
        }
        if (name.equals("arm64")) {
            addDown(all, wanted.with("arm", Optional.empty()), "v8", 5);
        } else if (name.equals("amd64")) {
            all.add(wanted.with("386", Optional.empty()));
        }
        return all;
    }

    private static void addDown(List<Platform> all, Platform platform, String from, int to) {
        if (!from.matches("v[0-9]")) {
            all.add(platform.with(platform.architecture(), Optional.of(from)));
            return;
        }
        for (int each = from.charAt(1) - '0'; each >= to; each--) {
            all.add(platform.with(platform.architecture(), Optional.of("v" + each)));
        }
    }

    /** Whether a program for the other one is one for this. */
    public boolean isSame(Platform other) {
        Platform mine = normalized();
        Platform theirs = other.normalized();
        return mine.os.equals(theirs.os)
                && mine.architecture.equals(theirs.architecture)
                && mine.variant.equals(theirs.variant);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(each -> "/" + each).orElse("");
    }
}
