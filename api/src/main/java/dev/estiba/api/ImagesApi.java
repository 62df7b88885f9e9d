package dev.estiba.api;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * The operations of the Engine API on images. An image is named by a reference, by its ID or the beginning of it. Every operation
 * throws {@link ApiException} with the status and the words that dockerd would answer with; one that takes long ends with one when
 * its thread is interrupted. Safe for all threads.
 */
public interface ImagesApi {
    /**
     * Brings an image.
     *
     * @param reference one that names no registry is Docker's, or, where {@code registries.conf} says so, another one's
     * @return the name that it has here now; its repository when all tags were pulled
     */
    String pullImage(String reference, PullOptions options, ProgressSink to) throws ApiException;

    /** What a reference may stand for, in order: itself, or, when it names no registry, what {@code registries.conf} makes of it. */
    List<String> meantImages(String reference, RegistryAccess access) throws ApiException;

    void pushImage(String reference, PushOptions options, ProgressSink to) throws ApiException;

    /** The newest first. */
    List<ImageSummary> listImages(ImageListOptions options) throws ApiException;

    ImageInspect inspectImage(String name) throws ApiException;

    /** With what takes longer, or of one of its platforms. */
    default ImageInspect inspectImage(String name, ImageInspectOptions options) throws ApiException {
        return inspectImage(name);
    }

    /** The newest step first. */
    List<HistoryItem> imageHistory(String name) throws ApiException;

    /** @param platform which of its platforms is meant: {@code linux/arm64} */
    default List<HistoryItem> imageHistory(String name, Optional<String> platform) throws ApiException {
        return imageHistory(name);
    }

    /** What a registry has under a name; nothing is brought. */
    default RegistryImage registryImage(String reference, RegistryAccess access) throws ApiException {
        throw ApiException.notImplemented("asking registries about images is not built for this engine");
    }

    /** @param target a reference without a digest */
    void tagImage(String source, String target) throws ApiException;

    /**
     * Takes a name away, and the image when it was the last one.
     *
     * @param force also when a container that does not run is made of it, or its ID has several names
     */
    List<ImageDeleted> removeImage(String name, boolean force) throws ApiException;

    /**
     * Takes some of an image's platforms away, and leaves its names; all of it when no other is left.
     *
     * @param platforms {@code linux/arm64}; empty: all of them
     */
    default List<ImageDeleted> removeImage(String name, boolean force, List<String> platforms) throws ApiException {
        return removeImage(name, force);
    }

    /**
     * An archive that every engine loads.
     *
     * @param names of images; several may be of one image
     * @param platforms of each image: empty: what is here; else those ({@code linux/arm64})
     */
    void saveImages(List<String> names, List<String> platforms, OutputStream to) throws ApiException;

    /**
     * What {@link #saveImages} or another engine has written, or a layout's archive; compressed or not.
     *
     * @param platforms of each image: empty: what is in it
     */
    void loadImages(InputStream from, List<String> platforms, ProgressSink to) throws ApiException;

    /** Makes an image of an archive of files; tells its ID last. */
    void importImage(InputStream from, ImportOptions options, ProgressSink to) throws ApiException;

    /** Takes away images that no container is made of. */
    ImagesPruned pruneImages(ImagePruneOptions options) throws ApiException;

    /** Tries the password, and keeps it where the caller's configuration says; nowhere when he has none. */
    LoginResult login(LoginRequest request, RegistryAccess access) throws ApiException;

    /** Forgets it. False when none was kept. */
    boolean logout(String server, RegistryAccess access) throws ApiException;

    /** Whom {@link #login} would log in: what is kept for a server; empty when nothing is. */
    Optional<String> knownUser(String server, RegistryAccess access) throws ApiException;

    // Not in Docker's API

    /** Serves the images that are here; it goes on by itself until it is closed. */
    ServedRegistry serveRegistry(RegistryServeOptions options) throws ApiException;

    /**
     * Reads everything that is stored of images, and says what is wrong with it.
     *
     * @throws ApiException when it could not be read; what is wrong with it is none
     */
    ImagesChecked checkImages(ImageCheckOptions options, ProgressSink to) throws ApiException;

    /** Brings an image from any place to any other. */
    void copyImage(ImageCopyOptions options, ProgressSink to) throws ApiException;

    /** What each layer has done. */
    ImageTree imageTree(String name, ImageTreeOptions options) throws ApiException;

    /** How the second image differs from the first. */
    ImageDiff diffImages(String before, String after, ImageTreeOptions options) throws ApiException;
}
