package dev.estiba.content.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdNativeInputStream;
import io.airlift.compress.v3.zstd.ZstdNativeOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * libzstd, which aircompressor brings and calls. It is called by the names of its native classes: the others choose a decoder in
 * Java where the library cannot be loaded, which is ten times slower and makes the JVM print a warning. libzstd itself refuses
 * windows of more than 128 MiB in streams (ZSTD_WINDOWLOG_LIMIT_DEFAULT).
 */
final class Zstd {
    private static final String MAPS = "/proc/self/maps";

    private Zstd() {}

    /** Loads the library once; the class's lock makes others wait. */
    private static final class Library {
        /** As {@code File.createTempFile("zstd", null, …)} names it, mapped and not removed yet (proc_pid_maps(5)). */
        private static final Pattern TEMPORARY = Pattern.compile("/.*/zstd[0-9]+\\.tmp$");

        static final boolean IS_LOADED = load();

        private Library() {}

        /**
         * aircompressor copies the library into a file to load it and leaves that to the JVM's end, which a kill is not. What is
         * mapped needs no name: it is removed at once.
         */
        private static boolean load() {
            boolean isLoaded = ZstdNativeInputStream.isEnabled();
            try {
                for (String line : Files.readAllLines(Path.of(MAPS), StandardCharsets.ISO_8859_1)) {
                    Matcher mapped = TEMPORARY.matcher(line);
                    if (mapped.find()) {
                        Files.deleteIfExists(Path.of(mapped.group()));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("removing the file that libzstd was loaded from", e);
            }
            return isLoaded;
        }
    }

    static InputStream input(InputStream packed) throws IOException {
        checkLoaded();
        return new Input(packed);
    }

    static OutputStream output(OutputStream packed, int level) throws IOException {
        checkLoaded();
        return new ZstdNativeOutputStream(packed, level);
    }

    private static void checkLoaded() throws IOException {
        if (!Library.IS_LOADED) {
            throw new IOException(
                    "zstd cannot be used: its library could not be loaded from the directory for temporary files,"
                            + " which must allow programs to be executed");
        }
    }

    /** Counts, and says where what is wrong is. */
    private static final class Input extends InputStream {
        private final Counted packed;
        private final ZstdNativeInputStream in;

        Input(InputStream packed) {
            this.packed = new Counted(packed);
            this.in = new ZstdNativeInputStream(this.packed);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            try {
                return in.read(into, from, length);
            } catch (MalformedInputException e) {
                throw corrupt(e);
            } catch (IOException e) {
                throw packed.hasFailed ? e : corrupt(e);
            }
        }

        private CorruptStream corrupt(Exception why) {
            CorruptStream corrupt = new CorruptStream("zstd", packed.count, String.valueOf(why.getMessage()));
            corrupt.initCause(why);
            return corrupt;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Tells an error of the stream itself from one of its bytes. */
    private static final class Counted extends InputStream {
        private final InputStream in;
        private long count;
        private boolean hasFailed;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            try {
                int read = in.read(into, from, length);
                count += Math.max(read, 0);
                return read;
            } catch (IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
