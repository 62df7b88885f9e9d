package dev.estiba.runtime.monitor;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a monitor is told when it is started.
 *
 * @param terminal the process has a terminal, which its plan makes
 * @param input the process has a stdin: a pipe, or the terminal; else it is /dev/null
 * @param inputOnce its stdin is closed when the first client that had a stdin has gone
 * @param exit the name of the file with its end, beneath the monitor's directory
 * @param socket the name of the attach socket there; none: the clients that are given are all there are
 * @param title what ps shows of the monitor; empty: its words
 */
public record MonitorSettings(
        boolean terminal,
        boolean input,
        boolean inputOnce,
        LogTarget log,
        String exit,
        Optional<String> socket,
        String title) {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_TITLE = 127;

    public MonitorSettings {
        checkName(exit);
        socket.ifPresent(MonitorSettings::checkName);
        if (exit.equals(socket.orElse(""))) {
            throw new IllegalArgumentException("the exit file and the socket cannot both be " + exit);
        }
        checkText(title, LONGEST_TITLE);
    }

    /** A process with neither stdin nor terminal nor log nor socket. */
    public static MonitorSettings plain(String exit) {
        return new MonitorSettings(false, false, false, new LogTarget.None(), exit, Optional.empty(), "");
    }

    public MonitorSettings withTerminal() {
        return new MonitorSettings(true, input, inputOnce, log, exit, socket, title);
    }

    /** @param once close it when the first client that had a stdin has gone */
    public MonitorSettings withInput(boolean once) {
        return new MonitorSettings(terminal, true, once, log, exit, socket, title);
    }

    public MonitorSettings withLog(LogTarget target) {
        return new MonitorSettings(terminal, input, inputOnce, target, exit, socket, title);
    }

    public MonitorSettings withSocket(String name) {
        return new MonitorSettings(terminal, input, inputOnce, log, exit, Optional.of(name), title);
    }

    public MonitorSettings withTitle(String text) {
        return new MonitorSettings(terminal, input, inputOnce, log, exit, socket, text);
    }

    private static void checkName(String name) {
        checkText(name, LONGEST_NAME);
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("no name of a file in a directory: " + name);
        }
    }

    private static void checkText(String text, int longest) {
        if (text.getBytes(StandardCharsets.UTF_8).length > longest
                || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("too long, or with control characters: " + text);
        }
    }

    /** As the monitor reads it: native/src/settings.c. */
    public byte[] encode() {
        StringBuilder text = new StringBuilder("version=1\n");
        line(text, "terminal", bit(terminal));
        line(text, "stdin", bit(input));
        line(text, "stdin-once", bit(inputOnce));
        switch (log) {
            case LogTarget.None none -> line(text, "log", "none");
            case LogTarget.File file -> {
                line(text, "log", file.format().word());
                line(text, "log-path", file.path());
                line(text, "log-max-size", Long.toString(file.maxSize()));
                line(text, "log-max-files", Integer.toString(file.maxFiles()));
            }
        }
        line(text, "exit", exit);
        line(text, "socket", socket.orElse(""));
        line(text, "title", title);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String bit(boolean value) {
        return value ? "1" : "0";
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }
}
