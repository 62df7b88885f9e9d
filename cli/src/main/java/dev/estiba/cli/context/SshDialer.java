package dev.estiba.cli.context;

import dev.estiba.cli.Caller;
import dev.estiba.cli.remote.DaemonAddress;
import dev.estiba.cli.remote.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** Connections through the caller's {@code ssh}, which runs {@code system dial-stdio} over there. */
final class SshDialer implements DaemonAddress.Dialer {
    private final List<String> command;
    private final Caller caller;

    private SshDialer(List<String> command, Caller caller) {
        this.command = List.copyOf(command);
        this.caller = caller;
    }

    /** @throws IllegalArgumentException with a sentence about the text */
    static SshDialer of(String text, Caller caller) {
        return new SshDialer(command(text), caller);
    }

    /** As Docker's command calls ssh, but that Estiba over there is asked before docker. */
    static List<String> command(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("unable to parse docker host `" + text + "`: " + e.getReason(), e);
        }
        String host = uri.getHost();
        String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        boolean isPlain = host != null && !host.startsWith("-") && !user.startsWith("-") && !user.contains(":");
        if (host == null || !isPlain || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "unable to parse docker host `" + text + "`: ssh://[USER@]HOST[:PORT][/SOCKET] is known");
        }
        List<String> command = new ArrayList<>(List.of("ssh", "-o", "ConnectTimeout=30", "-T"));
        if (!user.isEmpty()) {
            command.addAll(List.of("-l", user));
        }
        if (uri.getPort() > 0) {
            command.addAll(List.of("-p", Integer.toString(uri.getPort())));
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        command.addAll(List.of("--", bare, dialing(uri.getPath() == null ? "" : uri.getPath())));
        return command;
    }

    private static String dialing(String path) {
        boolean hasSocket = path.length() > 1;
        if (hasSocket && !path.matches("[A-Za-z0-9/._+-]+")) {
            throw new IllegalArgumentException("a socket over there may have no other characters than A-Z, a-z,"
                    + " 0-9, /, ., _, + and -: " + path);
        }
        String socket = hasSocket ? "--host unix://" + path : "";
        // The engine of that machine, and not where its user sends his commands: that may be here.
        String estiba = hasSocket ? socket : "--context default";
        return "sh -c 'command -v estiba >/dev/null 2>&1 && exec estiba " + estiba + " system dial-stdio; exec docker "
                + (hasSocket ? socket + " " : "") + "system dial-stdio'";
    }

    @Override
    public Wire dial() throws IOException {
        return caller.program(command);
    }
}
