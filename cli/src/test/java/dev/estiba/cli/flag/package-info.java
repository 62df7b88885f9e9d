@NullMarked
package dev.estiba.cli.flag;

import org.jspecify.annotations.NullMarked;
