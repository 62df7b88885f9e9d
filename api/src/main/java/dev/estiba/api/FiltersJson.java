package dev.estiba.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import tools.jackson.core.JsonGenerator;

/** Filters of lists, in both forms: a list of values for each name, or an object with the values as names and true. */
final class FiltersJson {
    private FiltersJson() {}

    static Map<String, List<String>> read(Cursor in) throws ApiException {
        return in.map(FiltersJson::values);
    }

    private static List<String> values(Cursor in) throws ApiException {
        if (!in.isObject()) {
            return in.texts();
        }
        List<String> values = new ArrayList<>();
        for (Entry<String, Boolean> value : in.map(Cursor::bool).entrySet()) {
            if (value.getValue()) {
                values.add(value.getKey());
            }
        }
        return values;
    }

    static void write(JsonGenerator out, Map<String, List<String>> value) {
        out.writeStartObject();
        for (Entry<String, List<String>> each : value.entrySet()) {
            out.writeName(each.getKey());
            Output.texts(out, each.getValue());
        }
        out.writeEndObject();
    }
}
