@NullMarked
package dev.estiba.cli.recipe;

import org.jspecify.annotations.NullMarked;
