package dev.estiba.content.store;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** All names in one file: that one is taken from one image and given to another is one write. */
final class NameRecord {
    private NameRecord() {}

    static byte[] write(Map<String, Digest> names) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            new TreeMap<>(names).forEach((name, root) -> out.writeStringProperty(name, root.toString()));
            out.writeEndObject();
        }
        return text.toByteArray();
    }

    static SortedMap<String, Digest> read(byte[] json) throws DocumentException {
        SortedMap<String, Digest> names = new TreeMap<>();
        try (Cursor in = Cursor.open(json, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextKey(); name != null; name = in.nextKey()) {
                names.put(name, ImageReader.digest(in));
            }
            in.end();
        }
        return names;
    }
}
