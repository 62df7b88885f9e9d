/**
 * From an OCI configuration and the facts of a host to a plan: small passes, one concern a class, each tested by the
 * steps that it appends. No pass reads a file, asks the system or has an effect.
 */
@NullMarked
package dev.estiba.runtime.compile;

import org.jspecify.annotations.NullMarked;
