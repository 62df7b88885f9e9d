/** Networks in namespaces of the tests' own: nothing of this machine's network is touched. */
@NullMarked
package dev.estiba.network;

import org.jspecify.annotations.NullMarked;
