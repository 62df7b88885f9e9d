package dev.estiba.registry.server;

import dev.estiba.content.store.LinkedManifest;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import tools.jackson.core.JsonGenerator;

/** Tags, repositories and referrers, page by page (distribution-spec, "Content Discovery"). */
final class Listings {
    private static final int MOST = 10_000;

    /** Of referrers: with their annotations a page may not exceed what clients take of a manifest. */
    private static final int MOST_BYTES = 2 << 20;

    private final Shelf shelf;

    Listings(Shelf shelf) {
        this.shelf = shelf;
    }

    Reply tags(Request request, Reference name) throws IOException {
        if (!shelf.exists(name)) {
            throw Manifests.nameUnknown(name);
        }
        Page page = Page.of(request, shelf.tags(name));
        return page.reply("/v2/" + name.path() + "/tags/list", out -> {
            out.writeStringProperty("name", name.path());
            Output.allTexts(out, "tags", page.entries);
        });
    }

    Reply catalog(Request request) throws IOException {
        Page page = Page.of(request, shelf.repositories());
        return page.reply("/v2/_catalog", out -> Output.allTexts(out, "repositories", page.entries));
    }

    private interface Fields {
        void write(JsonGenerator out);
    }

    /** @param size how many were asked for */
    private record Page(List<String> entries, boolean hasMore, long size) {
        static Page of(Request request, SortedSet<String> all) throws Refused {
            long size = request.parameter("n").isPresent()
                    ? Math.min(MOST, number(request.parameter("n").get()))
                    : MOST;
            SortedSet<String> left = request.parameter("last")
                    .map(last -> all.tailSet(last + "\0"))
                    .orElse(all);
            List<String> entries = left.stream().limit(size).toList();
            return new Page(entries, size > 0 && left.size() > entries.size(), size);
        }

        private static long number(String text) throws Refused {
            if (!text.matches("[0-9]{1,18}")) {
                throw new Refused(ErrorCode.PAGINATION_NUMBER_INVALID, "n is a number of entries");
            }
            return Long.parseLong(text);
        }

        Reply reply(String path, Fields fields) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
                out.writeStartObject();
                fields.write(out);
                out.writeEndObject();
            }
            Reply reply = Reply.of(200).with("Content-Type", "application/json").body(text.toByteArray());
            return hasMore ? reply.with("Link", next(path + "?n=" + size + "&", entries.getLast())) : reply;
        }
    }

    /** RFC 8288. */
    private static String next(String address, String last) {
        return "<" + address + "last=" + URLEncoder.encode(last, StandardCharsets.UTF_8) + ">; rel=\"next\"";
    }

    /** Never 404: what nobody refers to has an empty list. */
    Reply referrers(Request request, Reference name, Digest subject) throws IOException {
        Optional<String> type = request.parameter("artifactType");
        String last = request.parameter("last").orElse("");
        List<Descriptor> found = new ArrayList<>();
        Optional<String> next = Optional.empty();
        long bytes = 0;
        for (Digest each : shelf.pushed(name).referrers(subject)) {
            Optional<Descriptor> referrer = shelf.pushed(name).manifest(each).map(LinkedManifest::descriptor);
            if (each.toString().compareTo(last) <= 0
                    || referrer.isEmpty()
                    || type.isPresent() && !type.equals(referrer.get().artifactType())) {
                continue;
            }
            bytes += 256 + length(referrer.get());
            if (bytes > MOST_BYTES && !found.isEmpty()) {
                next = Optional.of(next(
                        "/v2/" + name.path() + "/referrers/" + subject + "?"
                                + type.map(one ->
                                                "artifactType=" + URLEncoder.encode(one, StandardCharsets.UTF_8) + "&")
                                        .orElse(""),
                        found.getLast().digest().toString()));
                break;
            }
            found.add(referrer.get());
        }
        Reply reply = Reply.of(200).with("Content-Type", MediaTypes.INDEX).body(index(found));
        if (type.isPresent()) {
            reply = reply.with("OCI-Filters-Applied", "artifactType");
        }
        return next.isPresent() ? reply.with("Link", next.get()) : reply;
    }

    private static long length(Descriptor descriptor) {
        return descriptor.annotations().entrySet().stream()
                .mapToLong(
                        each -> 3L * (each.getKey().length() + each.getValue().length()) + 8)
                .sum();
    }

    private static byte[] index(List<Descriptor> manifests) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeNumberProperty("schemaVersion", 2);
            out.writeStringProperty("mediaType", MediaTypes.INDEX);
            out.writeArrayPropertyStart("manifests");
            manifests.forEach(each -> ImageWriter.descriptor(out, each));
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toByteArray();
    }
}
