/** What the library does between a call and a container: facts gathered, the plan handed over, the answer read. */
@NullMarked
package dev.estiba.runtime.local;

import org.jspecify.annotations.NullMarked;
