@NullMarked
package dev.estiba.linux.number;

import org.jspecify.annotations.NullMarked;
