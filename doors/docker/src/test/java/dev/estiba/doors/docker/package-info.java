@NullMarked
package dev.estiba.doors.docker;

import org.jspecify.annotations.NullMarked;
