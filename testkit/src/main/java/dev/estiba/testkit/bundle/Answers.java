package dev.estiba.testkit.bundle;

import java.util.List;

/**
 * What the probe said, one answer a verb, in order.
 *
 * @param all each line of its standard output that is one
 */
public record Answers(List<JsonObject> all) {
    /** Copies. */
    public Answers {
        all = List.copyOf(all);
    }

    /**
     * Reads the probe's standard output. Lines that do not begin as an answer are passed over: they are of the verbs that
     * print raw bytes, or of the runtime.
     */
    public static Answers parse(String output) {
        return new Answers(output.lines()
                .filter(line -> line.startsWith("{\"verb\":"))
                .map(JsonObject::parse)
                .toList());
    }

    /**
     * The first answer of a verb.
     *
     * @throws IllegalArgumentException when there is none, with the verbs that did answer
     */
    public JsonObject of(String verb) {
        return all.stream()
                .filter(answer -> answer.text("verb").equals(verb))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no answer of " + verb + ", but of "
                        + all.stream().map(answer -> answer.text("verb")).toList()));
    }

    /** The error's name of a verb's first answer ("EROFS"), or "" when its call succeeded. */
    public String errno(String verb) {
        JsonObject answer = of(verb);
        return answer.flag("ok") ? "" : answer.text("errno");
    }
}
