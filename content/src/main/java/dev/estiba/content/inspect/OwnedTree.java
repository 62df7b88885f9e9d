package dev.estiba.content.inspect;

import java.nio.file.Path;

/**
 * A directory of an overlay, or a copy of one.
 *
 * @param tree absolute, and the caller's own
 * @param owners what becomes of the ids that it has on the disk
 */
public record OwnedTree(Path tree, Owners owners) {}
