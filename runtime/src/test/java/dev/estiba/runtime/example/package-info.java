/** Programs that use the library as anybody would; tests run them. */
@NullMarked
package dev.estiba.runtime.example;

import org.jspecify.annotations.NullMarked;
