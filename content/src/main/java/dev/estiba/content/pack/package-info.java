/**
 * Trees become archives. What is in a tree may be somebody else's who changes it meanwhile: a file is looked at before it is opened for
 * reading, and no link is followed.
 */
@NullMarked
package dev.estiba.content.pack;

import org.jspecify.annotations.NullMarked;
