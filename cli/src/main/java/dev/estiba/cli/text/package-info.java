/** What people read: tables, templates, sizes, times. */
@NullMarked
package dev.estiba.cli.text;

import org.jspecify.annotations.NullMarked;
