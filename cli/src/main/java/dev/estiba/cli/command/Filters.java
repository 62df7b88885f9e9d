package dev.estiba.cli.command;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code --filter NAME=VALUE}, given any number of times. */
final class Filters {
    private Filters() {}

    static Flag flag(String help) {
        return Flag.list("filter", help).check(Filters::check);
    }

    private static String check(String value) throws BadValue {
        if (value.indexOf('=') < 0) {
            throw new BadValue("invalid argument \"" + value + "\" for \"filter\": must be NAME=VALUE");
        }
        return value;
    }

    /** The values by name, in the order that they were given in; the caller may add to it. */
    static Map<String, List<String>> of(List<String> given) {
        Map<String, List<String>> filters = new LinkedHashMap<>();
        for (String filter : given) {
            int equals = filter.indexOf('=');
            filters.computeIfAbsent(
                            filter.substring(0, equals).strip().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(filter.substring(equals + 1).strip());
        }
        return filters;
    }
}
