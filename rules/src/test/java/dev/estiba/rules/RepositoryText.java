package dev.estiba.rules;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What every text file of the repository must keep to. */
final class RepositoryText {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

    /** Where people check the code out is their own affair: nothing in it may count on a place outside of it. */
    private static final Pattern OUTSIDE = Pattern.compile("(?<![\\w.])/(work|home)/\\w+|\\.\\./shared\\b");

    private RepositoryText() {}

    /**
     * @param root the repository
     * @param file relative to it; one that is not UTF-8 is no text and passes
     */
    static List<String> violations(Path root, Path file) throws IOException {
        String text;
        try {
            text = Files.readString(root.resolve(file), StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            return List.of();
        }
        if (text.indexOf('\0') >= 0) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        if (text.indexOf('\r') >= 0) {
            found.add(file + " has carriage returns");
        }
        // Data may be a program's output, byte for byte.
        if (!file.toString().endsWith(".json") && !text.isEmpty() && !text.endsWith("\n")) {
            found.add(file + " does not end with a newline");
        }
        Matcher outside = OUTSIDE.matcher(text);
        while (outside.find()) {
            found.add(file + " names a place outside the repository: " + outside.group());
        }
        if (file.toString().endsWith(".md")) {
            found.addAll(deadLinks(root, file, text));
        }
        return found;
    }

    private static List<String> deadLinks(Path root, Path file, String text) {
        List<String> found = new ArrayList<>();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            String target = link.group(1);
            boolean elsewhere = target.contains(":");
            if (!elsewhere && !Files.exists(root.resolve(file).resolveSibling(target))) {
                found.add(file + " links to " + target + ", which is not there");
            }
        }
        return found;
    }
}
