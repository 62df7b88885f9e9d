package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ConsoleSize}: {@code [HEIGHT, WIDTH]}. As in a Go array, what is missing is 0, what follows is lost. */
final class ConsoleSizeJson {
    private ConsoleSizeJson() {}

    static ConsoleSize read(Cursor in) throws ApiException {
        List<Integer> sides = in.list(Cursor::uint16);
        return new ConsoleSize(sides.isEmpty() ? 0 : sides.get(0), sides.size() < 2 ? 0 : sides.get(1));
    }

    static void write(JsonGenerator out, ConsoleSize size) {
        out.writeStartArray();
        out.writeNumber(size.height());
        out.writeNumber(size.width());
        out.writeEndArray();
    }
}
