package dev.estiba.testkit.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.record.Answers.Answer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The record is whole: each command and each flag is in it, and each difference has a reason. */
class RecordTableTest {
    @Test
    void everyCommandAndFlagIsCalled() throws Exception {
        Flags flags = Flags.recorded();
        Set<String> missing = new TreeSet<>(flags.all());
        for (List<Answer> row : Answers.read("record.txt").rows().values()) {
            for (Answer answer : row) {
                Words.calls(answer.call()).forEach(words -> missing.removeAll(flags.used(words)));
            }
        }
        assertThat(missing).as("without a call in record.txt").isEmpty();
    }

    @Test
    void aRowHasEachCallOnce() throws Exception {
        for (Map.Entry<String, List<Answer>> row :
                Answers.read("record.txt").rows().entrySet()) {
            Set<String> calls = new HashSet<>();
            for (Answer answer : row.getValue()) {
                assertThat(calls.add(answer.call()))
                        .as("[%s] %s", row.getKey(), answer.call())
                        .isTrue();
            }
        }
    }

    @Test
    void eachDifferenceIsOneAndHasAReason() throws Exception {
        Map<String, List<Answer>> record = Answers.read("record.txt").rows();
        Answers.read("differences.txt").rows().forEach((row, answers) -> {
            String reason = "";
            for (Answer answer : answers) {
                reason = answer.reason().isEmpty() ? reason : answer.reason();
                assertThat(reason).as("[%s] %s", row, answer.call()).matches("(?s)(ours|words|dockerd|host|wrong): .+");
                Answer recorded = record.getOrDefault(row, List.of()).stream()
                        .filter(each -> each.call().equals(answer.call()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not in record.txt: [" + row + "] " + answer.call()));
                assertThat(answer.isLike(recorded))
                        .as("no difference: [%s] %s", row, answer.call())
                        .isFalse();
            }
        });
    }

    @Test
    void takesLinesApart() {
        assertThat(Words.calls("echo x | docker run --rm bb:1 sh -c 'a; b' > f; docker ps -q"))
                .containsExactly(List.of("run", "--rm", "bb:1", "sh", "-c", "a; b"), List.of("ps", "-q"));
        Flags flags = new Flags(List.of(
                Flags.Command.of(": -D,--debug -H,--host:string"),
                Flags.Command.of("container:"),
                Flags.Command.of("run = container run: -i,--interactive -t,--tty -e,--env:list")));
        assertThat(flags.used(List.of("-H", "-D", "container", "run", "-it", "-e", "--tty", "bb:1", "--env", "x")))
                .containsExactly(
                        "", "--host", "container", "container run", "run --env", "run --interactive", "run --tty")
                .doesNotContain("--debug");
    }
}
