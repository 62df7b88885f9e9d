package dev.estiba.engine.spec;

/** A user and its first group, by their numbers. */
public record UserIds(long uid, long gid) {}
