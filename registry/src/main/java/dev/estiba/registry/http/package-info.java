/** Requests over HTTP to hosts that may be slow, broken or hostile: bounded in time and size, retried, and without secrets in messages. */
@NullMarked
package dev.estiba.registry.http;

import org.jspecify.annotations.NullMarked;
