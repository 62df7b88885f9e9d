package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageSummary;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.LocalTime;
import dev.estiba.cli.text.Words;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images as rows of {@code images}: one a name, with the fields that Docker's templates know, in Docker's words. */
final class ImageRows {
    private static final int SHORT_ID = 12;
    private static final String NONE = "<none>";
    private static final String UNKNOWN = "N/A";
    private static final String ALGORITHM = "sha256:";

    private static final Map<String, String> HEADINGS = Map.ofEntries(
            Map.entry("ID", "IMAGE ID"),
            Map.entry("Repository", "REPOSITORY"),
            Map.entry("Tag", "TAG"),
            Map.entry("Digest", "DIGEST"),
            Map.entry("CreatedSince", "CREATED"),
            Map.entry("CreatedAt", "CREATED AT"),
            Map.entry("Size", "SIZE"),
            Map.entry("Containers", "CONTAINERS"),
            Map.entry("VirtualSize", "VIRTUAL SIZE"),
            Map.entry("SharedSize", "SHARED SIZE"),
            Map.entry("UniqueSize", "UNIQUE SIZE"),
            Map.entry("LastUsed", "LAST USED"));
    private static final String TABLE = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
    private static final String TABLE_OF_DIGESTS =
            "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

    private static final String RAW = "repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\n"
            + "created_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n";

    private final LocalTime time;
    private final boolean isWhole;
    private final boolean hasDigests;

    /** What a row is called; the digest is empty where the column would be empty in Docker's table. */
    private record Name(String repository, String tag, String digest) {}

    /**
     * @param isWhole nothing is shortened
     * @param hasDigests digests are asked for
     */
    ImageRows(Map<String, String> environment, boolean isWhole, boolean hasDigests) {
        this.time = new LocalTime(environment);
        this.isWhole = isWhole;
        this.hasDigests = hasDigests;
    }

    String print(List<ImageSummary> images, String format) throws IOException {
        boolean needsDigests = hasDigests || format.contains(".Digest");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ImageSummary image : images) {
            for (Name name : names(image, needsDigests)) {
                Map<String, Object> row = row(image, name);
                if (format.contains(".LastUsed")) { // Docker's own listing has no such field
                    row.put("LastUsed", used(image));
                }
                rows.add(row);
            }
        }
        return new Listing("formatter.imageContext", HEADINGS, hasDigests ? TABLE_OF_DIGESTS : TABLE, RAW)
                .print(format, rows);
    }

    /** Docker's imageFormatTaggedAndDigest: a repository's digests stand beside its tags, and alone where it has none. */
    private List<Name> names(ImageSummary image, boolean needsDigests) throws ApiException {
        if (image.repoTags().isEmpty() && image.repoDigests().isEmpty()) {
            return List.of(new Name(NONE, NONE, NONE));
        }
        Map<String, List<String>> tags = new LinkedHashMap<>();
        Map<String, List<String>> digests = new LinkedHashMap<>();
        for (String text : image.repoTags()) {
            Reference name = Registries.name(text);
            name.tag().ifPresent(tag -> add(tags, name, tag));
        }
        for (String text : image.repoDigests()) {
            Reference name = Registries.name(text);
            name.digest().ifPresent(digest -> add(digests, name, digest.toString()));
        }
        List<Name> names = new ArrayList<>();
        tags.forEach((repository, all) -> {
            List<String> own = digests.getOrDefault(repository, List.of());
            List<String> beside = needsDigests && !own.isEmpty() ? own : List.of(NONE);
            all.forEach(tag -> beside.forEach(digest -> names.add(new Name(repository, tag, digest))));
        });
        digests.forEach((repository, all) -> {
            if (!tags.containsKey(repository)) {
                List<String> rows = needsDigests ? all : List.of(NONE);
                rows.forEach(digest -> names.add(new Name(repository, NONE, digest)));
            }
        });
        return names;
    }

    private static void add(Map<String, List<String>> to, Reference name, String value) {
        String repository = Registries.repository(name).familiar();
        to.computeIfAbsent(repository, key -> new ArrayList<>()).add(value);
    }

    private Map<String, Object> row(ImageSummary image, Name name) {
        Instant created = Instant.ofEpochSecond(image.created());
        String since = Words.duration(Duration.between(created, Instant.now())) + " ago";
        boolean isCounted = image.size() >= 0 && image.sharedSize() >= 0;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Containers", image.containers() < 0 ? UNKNOWN : Long.toString(image.containers()));
        row.put("CreatedAt", image.created() <= 0 ? UNKNOWN : time.print(created));
        row.put("CreatedSince", image.created() <= 0 ? UNKNOWN : since);
        row.put("Digest", name.digest());
        row.put("ID", isWhole ? image.id() : shortened(image.id()));
        row.put("Repository", name.repository());
        row.put("SharedSize", image.sharedSize() < 0 ? UNKNOWN : Words.size(image.sharedSize()));
        row.put("Size", Words.size(image.size()));
        row.put("Tag", name.tag());
        row.put("UniqueSize", isCounted ? Words.size(image.size() - image.sharedSize()) : UNKNOWN);
        row.put("VirtualSize", Words.size(image.size()));
        return row;
    }

    private static String used(ImageSummary image) {
        Instant time = Instant.ofEpochSecond(image.lastUsed());
        return image.lastUsed() <= 0 ? UNKNOWN : Words.duration(Duration.between(time, Instant.now())) + " ago";
    }

    /** stringid.TruncateID: without the algorithm, 12 digits. */
    static String shortened(String id) {
        String digits = id.startsWith(ALGORITHM) ? id.substring(ALGORITHM.length()) : id;
        return digits.length() > SHORT_ID ? digits.substring(0, SHORT_ID) : digits;
    }
}
