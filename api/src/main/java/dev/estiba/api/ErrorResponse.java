package dev.estiba.api;

/** Why a call was refused. */
public record ErrorResponse(String message) {}
