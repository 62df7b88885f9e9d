@NullMarked
package dev.estiba.cli.remote;

import org.jspecify.annotations.NullMarked;
