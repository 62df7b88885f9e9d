/** What has broken container runtimes before, tried on ours: one test an advisory, named after it. */
@NullMarked
package dev.estiba.testkit.attacks;

import org.jspecify.annotations.NullMarked;
