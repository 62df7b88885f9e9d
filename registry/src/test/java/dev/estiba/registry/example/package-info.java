/** What a program of somebody else's does with images, in a few lines each. README.md shows one. */
@NullMarked
package dev.estiba.registry.example;

import org.jspecify.annotations.NullMarked;
