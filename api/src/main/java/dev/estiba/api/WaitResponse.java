package dev.estiba.api;

import java.util.Optional;

/** How a container has ended. */
public record WaitResponse(int statusCode, Optional<WaitError> error) {}
