@NullMarked
package dev.estiba.cli.stream;

import org.jspecify.annotations.NullMarked;
