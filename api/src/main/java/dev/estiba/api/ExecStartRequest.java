package dev.estiba.api;

import java.util.Optional;

/** How the process of an exec is started. */
public record ExecStartRequest(boolean detach, boolean tty, Optional<ConsoleSize> consoleSize) {}
