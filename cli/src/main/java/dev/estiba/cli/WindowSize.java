package dev.estiba.cli;

/** A terminal's size in characters. */
public record WindowSize(int rows, int columns) {}
