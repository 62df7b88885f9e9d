/**
 * The {@code estiba} command: Docker's flags in, operations of {@link dev.estiba.api.EngineApi} out. It knows its
 * {@link dev.estiba.cli.Caller} and nothing of the process that it runs in.
 */
@NullMarked
package dev.estiba.cli;

import org.jspecify.annotations.NullMarked;
