/** Tests of the test runner: what it must never do is call a run good that was not. */
@NullMarked
package dev.estiba.testkit.runner;

import org.jspecify.annotations.NullMarked;
