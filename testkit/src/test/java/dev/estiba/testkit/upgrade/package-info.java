/** What a build before this one has made is understood by this one. */
@NullMarked
package dev.estiba.testkit.upgrade;

import org.jspecify.annotations.NullMarked;
