/** Plans as bytes, read, printed and damaged. */
@NullMarked
package dev.estiba.runtime.plan;

import org.jspecify.annotations.NullMarked;
