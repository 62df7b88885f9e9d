package dev.estiba.engine.log;

import dev.estiba.api.ApiException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code --log-opt tag}: what a container's lines are marked with; a template of Go's, in which fields are filled in, and no more. */
public final class LogTag {
    private static final String USUAL = "{{.ID}}";
    private static final Pattern FIELD = Pattern.compile("\\{\\{-?\\s*\\.([A-Za-z]+)\\s*-?}}");
    private static final int SHORT = 12;

    private LogTag() {}

    /**
     * @param id the container's
     * @param imageId {@code sha256:…}
     * @param command with its arguments
     */
    public record Subject(String id, String name, String imageId, String imageName, String command) {
        private Map<String, String> fields() {
            return Map.of(
                    "ID", id.substring(0, SHORT),
                    "FullID", id,
                    "Name", name,
                    "FullName", "/" + name,
                    "ImageID", imageId.substring(0, Math.min(SHORT, imageId.length())),
                    "ImageFullID", imageId,
                    "ImageName", imageName,
                    "Command", command,
                    "DaemonName", "docker");
        }
    }

    private static final Subject ANYBODY = new Subject("0".repeat(64), "n", "", "", "");

    /** @throws ApiException 400 for a field that there is none of, 501 for more than a field */
    public static String text(String template, Subject subject) throws ApiException {
        Map<String, String> fields = subject.fields();
        StringBuilder text = new StringBuilder();
        Matcher matcher = FIELD.matcher(template.isEmpty() ? USUAL : template);
        while (matcher.find()) {
            String value = fields.get(matcher.group(1));
            if (value == null) {
                throw ApiException.badRequest("invalid log tag: there is no field " + matcher.group(1));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(value));
        }
        matcher.appendTail(text);
        return text.toString();
    }

    /** As {@link #text}, before there is a container. */
    public static void check(String template) throws ApiException {
        if (FIELD.matcher(template).replaceAll("").contains("{{")) {
            throw ApiException.notImplemented("a log tag with more than fields is not built yet: " + template);
        }
        text(template, ANYBODY);
    }
}
