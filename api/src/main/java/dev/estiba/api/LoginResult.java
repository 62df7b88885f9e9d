package dev.estiba.api;

import java.util.Optional;

/**
 * @param status {@code Login Succeeded}
 * @param warning what the user should know of how the password is kept
 */
public record LoginResult(String status, Optional<String> warning) {}
