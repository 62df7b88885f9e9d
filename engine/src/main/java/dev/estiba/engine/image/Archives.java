package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageCopyOptions;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.ProgressSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Not yet. */
final class Archives {
    Archives(Images images) {}

    void save(List<String> names, List<String> platforms, OutputStream to) throws IOException {
        throw ApiException.notImplemented("save");
    }

    void load(InputStream from, List<String> platforms, ProgressSink to) throws IOException {
        throw ApiException.notImplemented("load");
    }

    void importArchive(InputStream from, ImportOptions options, ProgressSink to) throws IOException {
        throw ApiException.notImplemented("import");
    }

    void copy(ImageCopyOptions options, ProgressSink to) throws IOException {
        throw ApiException.notImplemented("image cp");
    }
}
