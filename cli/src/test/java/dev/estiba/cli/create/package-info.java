@NullMarked
package dev.estiba.cli.create;

import org.jspecify.annotations.NullMarked;
