@NullMarked
package dev.estiba.cli;

import org.jspecify.annotations.NullMarked;
