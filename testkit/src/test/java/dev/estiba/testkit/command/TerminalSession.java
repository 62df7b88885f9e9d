package dev.estiba.testkit.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A shell with job control on a terminal of its own: script(1) holds the terminal's other end, and what this types comes
 * out of it as keys. The shell is dash, which leaves the terminal's settings alone.
 */
final class TerminalSession implements AutoCloseable {
    private final Process script;
    private final StringBuilder screen = new StringBuilder();
    private int seen;

    private TerminalSession(Process script) {
        this.script = script;
        Thread.ofPlatform().daemon(true).start(this::read);
    }

    static TerminalSession open(CommandRoom room) throws IOException, InterruptedException {
        Process process = room.begin("E=\"$1\" exec script -qfc 'PS1=\"$ \" dash -i' /dev/null");
        TerminalSession session = new TerminalSession(process);
        session.expect("$ ");
        return session;
    }

    private void read() {
        byte[] bytes = new byte[4096];
        try (InputStream in = script.getInputStream()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                synchronized (this) {
                    screen.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
                    notifyAll();
                }
            }
        } catch (IOException e) {
            return; // the session was closed
        }
    }

    void type(String keys) throws IOException {
        script.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        script.getOutputStream().flush();
    }

    void line(String command) throws IOException {
        type(command + "\n");
    }

    /** Waits until the text is on the screen behind what was seen before; answers what came up to its end. */
    synchronized String expect(String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        int at;
        while ((at = screen.indexOf(text, seen)) < 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("wanted \"" + text + "\", and on the screen is:\n" + screen.substring(seen));
            }
            wait(left);
        }
        String came = screen.substring(seen, at + text.length());
        seen = at + text.length();
        return came;
    }

    /** What the terminal's settings are now, in stty's own words for a program. */
    String settings(int number) throws IOException, InterruptedException {
        line("echo \"<$(stty -g <&1)> " + number + "\"");
        expect("\n<");
        return expect("> " + number + "\r\n");
    }

    @Override
    public void close() throws InterruptedException {
        script.destroyForcibly();
        script.waitFor();
    }
}
