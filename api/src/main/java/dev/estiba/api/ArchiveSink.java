package dev.estiba.api;

import java.io.IOException;
import java.io.OutputStream;

/** Who takes an archive of a container's files. */
@FunctionalInterface
public interface ArchiveSink {
    /**
     * Called once, before anything is read.
     *
     * @param stat of the path that was asked for
     * @return where the archive goes; who writes it closes it when it is whole
     */
    OutputStream open(PathStat stat) throws IOException;
}
