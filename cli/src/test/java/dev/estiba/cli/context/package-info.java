@NullMarked
package dev.estiba.cli.context;

import org.jspecify.annotations.NullMarked;
