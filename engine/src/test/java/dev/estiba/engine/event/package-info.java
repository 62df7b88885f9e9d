@NullMarked
package dev.estiba.engine.event;

import org.jspecify.annotations.NullMarked;
