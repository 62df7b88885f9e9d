@NullMarked
package dev.estiba.cli.template;

import org.jspecify.annotations.NullMarked;
