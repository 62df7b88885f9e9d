package dev.estiba.api;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The operations of the Engine API on what is in containers' file systems; of containers that run, are paused, or do not run. A path
 * is looked up in the container, and its links lead where they would in there. Safe for all threads.
 */
public interface FilesApi {
    /** What a container has changed of its image's files, in order. */
    default List<FileChange> containerChanges(String id) throws ApiException {
        throw ApiException.notImplemented("diff is not built yet");
    }

    /** The container's file system as an archive, without what is mounted in it. */
    default void exportContainer(String id, OutputStream to) throws ApiException {
        throw ApiException.notImplemented("export is not built yet");
    }

    /** What a path stands for. */
    default PathStat statPath(String id, String path) throws ApiException {
        throw ApiException.notImplemented("cp is not built yet");
    }

    /** A file, or a directory with what is in it, as an archive whose names begin with the path's last part. */
    default void readArchive(String id, String path, ArchiveSink to) throws ApiException {
        throw ApiException.notImplemented("cp is not built yet");
    }

    /**
     * Unpacks an archive into a directory of the container. What was unpacked when it fails stays, but for the file that was being
     * written.
     *
     * @param from plain, or packed with gzip or zstd; read to its end unless this fails
     */
    default void writeArchive(String id, String path, InputStream from, ArchiveOptions options) throws ApiException {
        throw ApiException.notImplemented("cp is not built yet");
    }

    /** Makes an image of a container; gives its ID. */
    default String commitContainer(String id, CommitOptions options) throws ApiException {
        throw ApiException.notImplemented("commit is not built yet");
    }
}
