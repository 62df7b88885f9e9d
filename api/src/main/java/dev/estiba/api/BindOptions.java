package dev.estiba.api;

/** What only mounts of type {@code bind} have. */
public record BindOptions(
        String propagation,
        boolean nonRecursive,
        boolean createMountpoint,
        boolean readOnlyNonRecursive,
        boolean readOnlyForceRecursive) {}
