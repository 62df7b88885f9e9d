package dev.estiba.testkit.record;

import dev.estiba.testkit.load.Api;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A daemon's API, as far as tidying up needs it: without the start of a command for each question. */
record Daemon(Api api) {
    private static final Pattern CONTAINER = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
    private static final Pattern IMAGE = Pattern.compile("\"Id\":\"(sha256:[0-9a-f]{64})\"");
    private static final Pattern NAMES = Pattern.compile("\"RepoTags\":\\[([^\\]]*)\\]");
    private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

    /** Removes everything but the image of that name; false when that is gone. */
    boolean tidy(String image) throws IOException {
        for (String id : all(CONTAINER, ask("GET", "/containers/json?all=1"))) {
            ask("DELETE", "/containers/" + id + "?force=1&v=1");
        }
        ask("POST", "/volumes/prune?filters=" + encoded("{\"all\":[\"true\"]}"));
        ask("POST", "/networks/prune");
        for (String names : all(NAMES, ask("GET", "/images/json"))) {
            for (String name : all(NAME, names)) {
                if (!name.equals(image)) {
                    ask("DELETE", "/images/" + name + "?force=1");
                }
            }
        }
        String listed = ask("GET", "/images/json");
        List<String> images = all(IMAGE, listed);
        if (images.size() > 1) {
            String kept = ask("GET", "/images/" + image + "/json");
            for (String id : images) {
                if (!kept.contains("\"Id\":\"" + id + "\"")) {
                    ask("DELETE", "/images/" + id + "?force=1");
                }
            }
        }
        return listed.contains("\"" + image + "\"");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private String ask(String method, String target) throws IOException {
        return api.ask(method, target, "").text();
    }
}
