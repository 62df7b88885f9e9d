package dev.estiba.testkit.runner;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The system calls that {@code --without} takes away. A test may then fail in one way alone: what it asked for has no other
 * way, and was refused by the call's name. That is no failure, and is told as what was left out.
 *
 * @param calls their names
 */
record Withheld(Set<String> calls) {
    private static final Pattern REFUSAL =
            Pattern.compile(" needs? ([a-z0-9_() ]+), which this kernel has not got, or a filter around this process");

    private static final Pattern CALL = Pattern.compile("([a-z0-9_]+)\\(2\\)");

    Withheld {
        calls = Set.copyOf(calls);
    }

    /** @param names separated by commas */
    static Withheld of(String names) {
        return new Withheld(
                Arrays.stream(names.split(",")).filter(name -> !name.isEmpty()).collect(Collectors.toSet()));
    }

    /** Why it is no failure; empty when it is one. */
    Optional<String> excuse(String failure) {
        Matcher refusal = REFUSAL.matcher(failure);
        return refusal.find()
                ? CALL.matcher(refusal.group(1))
                        .results()
                        .map(call -> call.group(1))
                        .filter(calls::contains)
                        .findFirst()
                        .map(call -> "refused by name without " + call)
                : Optional.empty();
    }
}
