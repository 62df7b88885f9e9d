/** What a daemon is told by a file in daemon.json's terms. */
@NullMarked
package dev.estiba.daemon.settings;

import org.jspecify.annotations.NullMarked;
