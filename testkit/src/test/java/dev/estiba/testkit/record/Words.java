package dev.estiba.testkit.record;

import java.util.ArrayList;
import java.util.List;

/** The words of a shell's line, as far as is needed to see what {@code docker} is called with. */
final class Words {
    private Words() {}

    /** The words of each call of docker's in it that is not within quotes, without "docker" itself. */
    static List<List<String>> calls(String line) {
        List<List<String>> calls = new ArrayList<>();
        for (List<String> command : commands(line)) {
            int at = command.indexOf("docker");
            if (at >= 0) {
                calls.add(command.subList(at + 1, command.size()));
            }
        }
        return calls;
    }

    private static List<List<String>> commands(String line) {
        List<List<String>> commands = new ArrayList<>();
        List<String> command = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isWord = false;
        char quote = 0;
        for (char c : (line + ";").toCharArray()) {
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
                word.append(quote == 0 ? "" : c);
            } else if (c == '\'' || c == '"') {
                quote = c;
                isWord = true;
            } else if (" ;|&()<>".indexOf(c) >= 0) {
                if (isWord) {
                    command.add(word.toString());
                    word.setLength(0);
                    isWord = false;
                }
                if (c != ' ') {
                    commands.add(command);
                    command = new ArrayList<>();
                }
            } else {
                word.append(c);
                isWord = true;
            }
        }
        return commands;
    }
}
