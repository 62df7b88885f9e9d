package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Docker's filters of images. Of one filter any value has to match, of several filters all. */
final class ImageFilters {
    private static final List<String> NAMES =
            List.of("dangling", "reference", "before", "since", "label", "label!", "until", "unused");
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h|d)");
    private static final Map<String, Double> SECONDS =
            Map.of("ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0, "d", 86400.0);

    private final Map<String, List<String>> filters;
    private final ImageStore store;

    ImageFilters(Map<String, List<String>> filters, ImageStore store) throws ApiException {
        for (String name : filters.keySet()) {
            if (!NAMES.contains(name)) {
                throw ApiException.badRequest("invalid filter '" + name + "'");
            }
        }
        for (String name : List.of("until", "unused")) {
            for (String value : filters.getOrDefault(name, List.of())) {
                time(name, value); // refused before anything is done
            }
        }
        for (String pattern : filters.getOrDefault("reference", List.of())) {
            glob(pattern);
        }
        this.filters = Map.copyOf(filters);
        this.store = store;
    }

    private List<String> values(String name) {
        return filters.getOrDefault(name, List.of());
    }

    /** Empty when nobody has asked. */
    Optional<Boolean> dangling() throws ApiException {
        List<String> values = values("dangling");
        if (values.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (String.join(" ", values)) {
                    case "1", "true" -> true;
                    case "0", "false" -> false;
                    default ->
                        throw ApiException.badRequest("invalid filter 'dangling=[" + String.join(" ", values) + "]'");
                });
    }

    boolean match(StoredImage image, List<Reference> names) throws IOException {
        Variant variant = image.variants().getFirst();
        Instant created = Instant.ofEpochSecond(Described.created(variant.created()));
        Optional<Boolean> dangling = dangling();
        return (dangling.isEmpty() || dangling.get() == names.isEmpty())
                && (values("reference").isEmpty() || names.stream().anyMatch(this::isReferred))
                && isOlder(created)
                && isNewer(created)
                && isUntil(created)
                && isUnused(image)
                && values("label").stream().allMatch(each -> has(variant, each))
                && values("label!").stream().noneMatch(each -> has(variant, each));
    }

    /** Whether all names are shown. */
    boolean showsAll() {
        return values("reference").isEmpty();
    }

    /** Which of its names are shown. */
    boolean isShown(Reference name) {
        return values("reference").isEmpty() || isReferred(name);
    }

    private boolean isReferred(Reference name) {
        return values("reference").stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** Go's path.Match on the familiar name, with its tag and without (reference.FamiliarMatch). */
    private static boolean matches(String pattern, Reference name) {
        PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("{", "\\{"));
        String familiar = name.familiar();
        String bare = new Reference(name.domain(), name.path(), Optional.empty(), Optional.empty()).familiar();
        return glob.matches(Path.of(familiar)) || glob.matches(Path.of(bare));
    }

    private static void glob(String pattern) throws ApiException {
        try {
            var _ = FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("{", "\\{"));
        } catch (PatternSyntaxException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "syntax error in pattern", e);
        }
    }

    private static boolean has(Variant variant, String label) {
        int equals = label.indexOf('=');
        String key = equals < 0 ? label : label.substring(0, equals);
        Optional<String> value = Optional.ofNullable(variant.labels().get(key));
        return equals < 0
                ? value.isPresent()
                : value.filter(label.substring(equals + 1)::equals).isPresent();
    }

    private boolean isOlder(Instant created) throws IOException {
        for (String each : values("before")) {
            if (!created.isBefore(createdOf(each))) {
                return false;
            }
        }
        return true;
    }

    private boolean isNewer(Instant created) throws IOException {
        for (String each : values("since")) {
            if (!created.isAfter(createdOf(each))) {
                return false;
            }
        }
        return true;
    }

    private Instant createdOf(String name) throws IOException {
        return Instant.ofEpochSecond(
                Described.created(store.find(name).image().variants().getFirst().created()));
    }

    private boolean isUntil(Instant created) throws ApiException {
        for (String each : values("until")) {
            if (!created.isBefore(time("until", each))) {
                return false;
            }
        }
        return true;
    }

    /** Ours: whether no container has been made of it, or started, since then. */
    private boolean isUnused(StoredImage image) throws IOException {
        for (String each : values("unused")) {
            Instant used = store.open().images().lastUsed(image.root().digest()).orElse(Instant.EPOCH);
            if (!used.isBefore(time("unused", each))) {
                return false;
            }
        }
        return true;
    }

    /** A duration before now, seconds since 1970, or a date with a time (timetypes.GetTimestamp). */
    private static Instant time(String filter, String text) throws ApiException {
        Matcher parts = PART.matcher(text);
        double seconds = 0;
        int end = 0;
        while (parts.find() && parts.start() == end) {
            seconds += Double.parseDouble(parts.group(1)) * SECONDS.getOrDefault(parts.group(2), 0.0);
            end = parts.end();
        }
        if (end > 0 && end == text.length()) {
            return Instant.now().minus(Duration.ofMillis((long) (seconds * 1000)));
        }
        try {
            return text.matches("\\d{1,12}")
                    ? Instant.ofEpochSecond(Long.parseLong(text))
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw ApiException.badRequest("invalid filter '" + filter + "=" + text
                    + "': it is a duration (24h), seconds since 1970, or a date (2026-11-26T10:00:00Z)");
        }
    }
}
