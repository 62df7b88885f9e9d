package dev.estiba.testkit.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One container of the table. The head of {@code conformance.txt} says what each word means.
 *
 * @param name unique
 * @param fields those that it is about
 * @param place where its effect can be seen
 * @param changes of the configuration and of the bundle's files, in order
 * @param single words that come once, with their texts: {@code inside}, {@code fails} and the like
 * @param seen the output's lines
 * @param why for a peer's name, why it does something else
 */
public record Row(
        String name,
        List<String> fields,
        Place place,
        List<Change> changes,
        Map<String, String> single,
        List<String> seen,
        Map<String, String> why) {
    /** A change of the bundle: {@code with}, {@code add}, {@code drop}, {@code file}, {@code dir}, {@code link}. */
    public record Change(String verb, String rest) {}

    public enum Place {
        HOST,
        VM,
        UNOBSERVABLE
    }

    public Row {
        fields = List.copyOf(fields);
        changes = List.copyOf(changes);
        single = Map.copyOf(single);
        seen = List.copyOf(seen);
        why = Map.copyOf(why);
    }

    public Optional<String> word(String word) {
        return Optional.ofNullable(single.get(word));
    }

    /** Whether it makes a container on this machine. */
    boolean runs() {
        return place == Place.HOST && word("asserted").isEmpty();
    }

    /** Whether it needs another kernel or cgroup version 2, and is not another test's. */
    public boolean runsInGuest() {
        return place == Place.VM && word("asserted").isEmpty();
    }

    @Override
    public String toString() {
        return name;
    }
}
