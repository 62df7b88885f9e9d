package dev.estiba.engine.log;

import dev.estiba.api.ApiException;

/** What is done with a container's output: {@code --log-driver}. */
public enum LogDriver {
    NONE("none"),
    JSON_FILE("json-file"),
    LOCAL("local"),
    JOURNALD("journald"),
    SYSLOG("syslog");

    private final String word;

    LogDriver(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    /** Whether somebody follows the log's file, and hands on what is in it. */
    public boolean isForwarded() {
        return this == JOURNALD || this == SYSLOG;
    }

    /** @throws ApiException 501 for one that dockerd has, 400 in its words for one that nobody has */
    public static LogDriver of(String word) throws ApiException {
        return switch (word) {
            case "", "json-file" -> JSON_FILE;
            case "none" -> NONE;
            case "local" -> LOCAL;
            case "journald" -> JOURNALD;
            case "syslog" -> SYSLOG;
            case "awslogs", "fluentd", "gcplogs", "gelf", "splunk" ->
                throw ApiException.notImplemented("not built yet: the log driver " + word);
            default ->
                throw ApiException.badRequest(
                        "error looking up logging plugin " + word + ": plugin \"" + word + "\" not found");
        };
    }
}
