/** A JVM that stays for its user's next calls: how callers come in, and how it leaves without one of them noticing. */
@NullMarked
package dev.estiba.runtime.resident;

import org.jspecify.annotations.NullMarked;
