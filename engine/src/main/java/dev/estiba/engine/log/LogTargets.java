package dev.estiba.engine.log;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.LogConfig;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes what a container's log is forwarded to. */
public final class LogTargets {
    private LogTargets() {}

    /**
     * Before a start: whether there is anybody who would take its log.
     *
     * @throws ApiException 500 in dockerd's words
     */
    public static void check(LogConfig config, LogSockets sockets) throws ApiException {
        if (LogDriver.of(config.type()) == LogDriver.JOURNALD && !Files.exists(sockets.journal())) {
            throw ApiException.serverError("failed to create task for container: failed to initialize logging driver: "
                    + "journald is not enabled on this host");
        }
    }

    /** @param host its name */
    public static LogTarget of(
            LogConfig config, ContainerConfig container, LogTag.Subject subject, LogSockets sockets, String host)
            throws ApiException {
        Map<String, String> options = config.config();
        String tag = LogTag.text(options.getOrDefault("tag", ""), subject);
        return LogDriver.of(config.type()) == LogDriver.JOURNALD
                ? new Journald(sockets.journal(), subject, tag, attributes(config, container))
                : new Syslog(
                        SyslogAddress.parse(options.getOrDefault("syslog-address", "")),
                        sockets.syslog(),
                        SyslogLayout.of(options),
                        host,
                        tag);
    }

    /**
     * What is told of a container with each of its lines: the labels and variables that the options name (moby, daemon/logger:
     * Info.ExtraAttributes), and its tag, where there is one.
     */
    public static Map<String, String> attributes(LogConfig config, ContainerConfig container) {
        Map<String, String> options = config.config();
        Map<String, String> attributes = new LinkedHashMap<>();
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : container.env()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        choose(
                attributes,
                container.labels(),
                options.getOrDefault("labels", ""),
                options.getOrDefault("labels-regex", ""));
        choose(attributes, variables, options.getOrDefault("env", ""), options.getOrDefault("env-regex", ""));
        return attributes;
    }

    private static void choose(Map<String, String> to, Map<String, String> from, String names, String regex) {
        for (String name : names.split(",")) {
            if (from.containsKey(name)) {
                to.put(name, from.get(name));
            }
        }
        if (!regex.isEmpty()) {
            Pattern pattern = Pattern.compile(regex);
            from.forEach((name, value) -> {
                if (pattern.matcher(name).find()) {
                    to.put(name, value);
                }
            });
        }
    }
}
