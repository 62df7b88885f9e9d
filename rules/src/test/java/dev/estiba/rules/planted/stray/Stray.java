package dev.estiba.rules.planted.stray;

/** Violates: its module is not in the house. */
public final class Stray {}
