@NullMarked
package dev.estiba.cli.text;

import org.jspecify.annotations.NullMarked;
