/** What grows in the course of thousands of containers: nothing. */
@NullMarked
package dev.estiba.testkit.endurance;

import org.jspecify.annotations.NullMarked;
