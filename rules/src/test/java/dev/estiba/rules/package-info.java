/**
 * The rules of this code base that a compiler cannot enforce, as tests.
 *
 * <p>Each rule answers with the sentences it has against a set of classes or files. The same rule runs on the real code,
 * which it must have nothing against, and on violations planted in {@code planted}, each of which it must find.
 */
@NullMarked
package dev.estiba.rules;

import org.jspecify.annotations.NullMarked;
