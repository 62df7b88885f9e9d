package dev.estiba.api;

/** What went wrong with the waiting. */
public record WaitError(String message) {}
