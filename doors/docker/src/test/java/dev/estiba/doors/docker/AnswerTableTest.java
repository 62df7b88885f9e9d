package dev.estiba.doors.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and their answers, one after another, as {@code answers.txt} has them: of the door, and of dockerd. */
class AnswerTableTest {
    @TempDir
    private Path directory;

    /**
     * @param line method, target and perhaps a body
     * @param answer status and body; {@code *} stands for any text
     */
    private record Row(String line, String answer) {
        String difference(Path socket) throws IOException {
            String[] words = line.split(" ", 3);
            String request = words.length < 3
                    ? RawClient.request(words[0], words[1], "", "")
                    : RawClient.request(words[0], words[1], "Content-Type: application/json\r\n", words[2]);
            String whole = RawClient.ask(socket, request);
            String actual = (RawClient.status(whole) + " " + RawClient.body(whole)).strip();
            StringBuilder pattern = new StringBuilder();
            for (String part : answer.split("\\*", -1)) {
                pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(part));
            }
            return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                            .matcher(actual)
                            .matches()
                    ? ""
                    : line + "\n  is  " + actual + "\n  not " + answer;
        }
    }

    @Test
    @Tag("kernel")
    @Tag("peer")
    void theDoorAnswersWhatTheTableSays() throws Exception {
        DoorRoom.docker();
        try (DoorRoom room = DoorRoom.staying(directory)) {
            check(room.client(), "ours ");
        }
    }

    @Test
    @Tag("kernel")
    @Tag("peer")
    void dockerdAnswersWhatTheTableSays() throws Exception {
        try (Dockerd dockerd = Dockerd.start()) {
            check(new DockerClient(dockerd.socket(), directory), "dockerd ");
        }
    }

    private void check(DockerClient docker, String whose) throws Exception {
        docker.importBusybox("bb:1");
        for (String[] words : List.of(
                "run -d --name c1 --network none bb:1 sleep 1000".split(" "),
                "create --name n1 --network none bb:1 true".split(" "))) {
            assertThat(docker.run(words).status()).isZero();
        }
        List<String> differences = new ArrayList<>();
        for (Row row : rows(whose)) {
            String difference = row.difference(docker.socket());
            if (!difference.isEmpty()) {
                differences.add(difference);
            }
        }
        assertThat(docker.run("rm", "-f", "c1", "n1").status()).isZero();
        assertThat(String.join("\n", differences)).isEmpty();
    }

    private static List<Row> rows(String whose) throws IOException {
        String text;
        try (InputStream in = AnswerTableTest.class.getResourceAsStream("answers.txt")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Row> rows = new ArrayList<>();
        for (String line : text.split("\n")) {
            String field = line.strip();
            if (field.isEmpty() || field.startsWith("#")) {
                continue;
            }
            if (!line.startsWith("  ")) {
                rows.add(new Row(field, ""));
            } else if (Character.isDigit(field.charAt(0)) || field.startsWith(whose)) {
                Row last = rows.removeLast();
                rows.add(new Row(
                        last.line, Character.isDigit(field.charAt(0)) ? field : field.substring(whose.length())));
            }
        }
        return rows;
    }
}
