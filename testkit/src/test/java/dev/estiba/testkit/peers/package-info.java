/** The real callers of a runtime, driven by the scripts in testkit/peers. */
@NullMarked
package dev.estiba.testkit.peers;

import org.jspecify.annotations.NullMarked;
