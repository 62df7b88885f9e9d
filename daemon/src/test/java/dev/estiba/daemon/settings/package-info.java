@NullMarked
package dev.estiba.daemon.settings;

import org.jspecify.annotations.NullMarked;
