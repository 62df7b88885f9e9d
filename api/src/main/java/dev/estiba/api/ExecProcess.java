package dev.estiba.api;

import java.util.List;
import java.util.Optional;

/** What the process of an exec is. */
public record ExecProcess(
        boolean tty, String entrypoint, List<String> arguments, Optional<Boolean> privileged, String user) {
    public ExecProcess {
        arguments = List.copyOf(arguments);
    }
}
