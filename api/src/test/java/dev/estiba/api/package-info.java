@NullMarked
package dev.estiba.api;

import org.jspecify.annotations.NullMarked;
