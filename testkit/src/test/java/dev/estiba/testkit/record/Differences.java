package dev.estiba.testkit.record;

import dev.estiba.testkit.record.Answers.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code differences.txt}: which calls have another answer of ours than of dockerd's, and why. */
record Differences(Answers answers) {
    static Differences read() throws IOException {
        return new Differences(Answers.read("differences.txt"));
    }

    Optional<Answer> of(String row, String call) {
        return answers.rows().getOrDefault(row, List.of()).stream()
                .filter(each -> each.call().equals(call))
                .findFirst();
    }

    /** What is wrong with the answers of one row, in words. */
    List<String> unexpected(String row, List<Answer> recorded, List<Answer> ours) {
        List<String> unexpected = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            Answer known = of(row, ours.get(i).call()).orElse(recorded.get(i));
            if (!known.isLike(ours.get(i))) {
                unexpected.add("[" + row + "]\n" + ours.get(i) + "not\n" + known.text());
            }
        }
        return unexpected;
    }

    /** The file as it would have to be, with the reasons that are known; "?" where none is. */
    String proposed(Answers record, Map<String, List<Answer>> ours) {
        Map<String, List<Answer>> rows = new LinkedHashMap<>();
        record.rows().forEach((row, recorded) -> {
            List<Answer> answers = new ArrayList<>();
            List<Answer> asked = ours.getOrDefault(row, List.of());
            for (int i = 0; i < asked.size(); i++) {
                Answer answer = asked.get(i);
                if (!answer.isLike(recorded.get(i))) {
                    String reason = of(row, answer.call()).map(Answer::reason).orElse("?");
                    answers.add(new Answer(reason, answer.call(), answer.text()));
                }
            }
            if (!answers.isEmpty()) {
                rows.put(row, answers);
            }
        });
        return Answers.text(answers.head(), rows);
    }
}
