/** Programs with other people's clients, each run by a test as a process of its own. */
@NullMarked
package dev.estiba.clients;

import org.jspecify.annotations.NullMarked;
