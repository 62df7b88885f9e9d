/**
 * The runtime specification of the Open Container Initiative, version 1.3.0, as records: a container's configuration,
 * its state, and a runtime's features, with their JSON.
 *
 * <p>The records say what a document says and keep what it leaves out apart from what it sets to zero, where the
 * specification does. They know nothing of system calls. All of them are deeply immutable.
 */
@NullMarked
package dev.estiba.oci.runtime;

import org.jspecify.annotations.NullMarked;
