package dev.estiba.api;

/** A terminal's size; in JSON an array of two numbers. 0 by 0: not known. */
public record ConsoleSize(int height, int width) {}
