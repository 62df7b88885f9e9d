/** The built command with real images: made here, served by a real registry on loopback. */
@NullMarked
package dev.estiba.testkit.image;

import org.jspecify.annotations.NullMarked;
