package dev.estiba.cli.recipe;

import java.util.List;
import java.util.stream.Collectors;

/** Words as a shell reads them (POSIX, Shell Command Language, section 2.2). */
public final class ShellWords {
    private static final String PLAIN = "[A-Za-z0-9_@%+=:,./-]+";

    private ShellWords() {}

    public static String quoted(String word) {
        return word.matches(PLAIN) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    static String line(List<String> words) {
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    /** A flag a line. */
    public static String command(String program, List<String> words) {
        StringBuilder text = new StringBuilder(program);
        boolean isFlag = true;
        for (String word : words) {
            text.append(isFlag ? " \\\n  " : " ").append(quoted(word));
            isFlag = isFlag && word.startsWith("--");
        }
        return text.toString();
    }
}
