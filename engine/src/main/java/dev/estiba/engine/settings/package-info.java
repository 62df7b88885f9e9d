/** What an engine does where nobody says otherwise: dockerd's daemon.json, as far as it concerns an engine. */
@NullMarked
package dev.estiba.engine.settings;

import org.jspecify.annotations.NullMarked;
