package dev.estiba.testkit.record;

import dev.estiba.testkit.record.Answers.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The rows in parts, each of which takes a minute or less: every part has some of everything. */
final class Parts {
    private static final int COUNT = 8;

    private Parts() {}

    static List<Integer> all() {
        return IntStream.range(0, COUNT).boxed().toList();
    }

    static Map<String, List<Answer>> rows(Answers record, int part) {
        Map<String, List<Answer>> rows = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, List<Answer>> row : record.rows().entrySet()) {
            if (number++ % COUNT == part) {
                rows.put(row.getKey(), row.getValue());
            }
        }
        return rows;
    }
}
