@NullMarked
package dev.estiba.cli.foresight;

import org.jspecify.annotations.NullMarked;
