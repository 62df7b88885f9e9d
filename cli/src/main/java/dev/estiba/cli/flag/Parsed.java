package dev.estiba.cli.flag;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command line that was understood.
 *
 * @param values by the flag's name; a flag that was not given is absent
 * @param arguments what is no flag
 * @param set the flags that there are
 * @param wantsHelp {@code --help} was there
 */
public record Parsed(Map<String, List<String>> values, List<String> arguments, FlagSet set, boolean wantsHelp) {
    public Parsed {
        values = Map.copyOf(values);
        arguments = List.copyOf(arguments);
    }

    public boolean isGiven(String name) {
        return values.containsKey(name);
    }

    public boolean isOn(String name) {
        return text(name).equals("true");
    }

    /** The last value, or the fallback. */
    public String text(String name) {
        List<String> given = values.get(name);
        return given == null ? set.flag(name).fallback() : given.getLast();
    }

    public long number(String name) {
        String text = text(name);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** All values, of a flag and of its other names. */
    public List<String> all(String... names) {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.addAll(values.getOrDefault(name, List.of()));
        }
        return all;
    }
}
