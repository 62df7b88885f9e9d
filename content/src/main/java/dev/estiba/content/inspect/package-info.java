/**
 * What is in images: what each layer has added, changed and removed ({@link dev.estiba.content.inspect.ImageTree}), and how two images
 * differ ({@link dev.estiba.content.inspect.ImageDiff}). It reads unpacked layers as overlayfs does, one directory of all layers at a
 * time, so that memory does not grow with an image.
 */
@NullMarked
package dev.estiba.content.inspect;

import org.jspecify.annotations.NullMarked;
