/**
 * Layers become directories for overlayfs. What a layer says is hostile: names are resolved within the directory and nowhere else,
 * by a thread that sees nothing else ({@link dev.estiba.linux.Room}), and sizes, counts, ratios and time have limits.
 */
@NullMarked
package dev.estiba.content.unpack;

import org.jspecify.annotations.NullMarked;
