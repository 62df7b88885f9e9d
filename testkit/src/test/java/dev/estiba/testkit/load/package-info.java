/** The daemon under load: crowds of clients, floods of output, limits that are hit, and hours of everything at once. */
@NullMarked
package dev.estiba.testkit.load;

import org.jspecify.annotations.NullMarked;
