package dev.estiba.api;

/**
 * How an archive goes into a container.
 *
 * @param keepKinds whether it is an error that a directory would take the place of something else, or the other way round
 *     ({@code noOverwriteDirNonDir})
 * @param toUser whether everything becomes the container's user's ({@code copyUIDGID}); else the archive says whose it is
 */
public record ArchiveOptions(boolean keepKinds, boolean toUser) {}
