@NullMarked
package dev.estiba.engine.network;

import org.jspecify.annotations.NullMarked;
