/**
 * JSON documents of the specifications: read strictly and by their places, so that what is wrong is told by its path, line and
 * column, and written as Go's encoding/json writes them.
 */
@NullMarked
package dev.estiba.oci.json;

import org.jspecify.annotations.NullMarked;
