@NullMarked
package dev.estiba.engine.store;

import org.jspecify.annotations.NullMarked;
