package dev.estiba.runtime.monitor;

import java.nio.charset.StandardCharsets;

/** Where a monitor writes its process's output to, beside its clients. */
public sealed interface LogTarget {
    /** Nowhere. */
    record None() implements LogTarget {}

    /**
     * A file, made (mode 0640) or appended to.
     *
     * @param path absolute
     * @param maxSize in bytes: a line that finds the file so large goes into a new one; 0: it grows
     * @param maxFiles how many are kept, the live one included: FILE, FILE.1, FILE.2 …
     */
    record File(Format format, String path, long maxSize, int maxFiles) implements LogTarget {
        private static final int LONGEST_PATH = 4000;
        private static final long LARGEST = 1L << 53;
        private static final int MOST_FILES = 1000;

        public File {
            if (!path.startsWith("/")
                    || path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH
                    || path.indexOf('\n') >= 0
                    || path.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a log's path is absolute and of one line: " + path);
            }
            if (maxSize < 0 || maxSize > LARGEST || maxFiles < 1 || maxFiles > MOST_FILES) {
                throw new IllegalArgumentException(maxFiles + " log files of at most " + maxSize + " bytes");
            }
        }

        /** One that grows. */
        public static File growing(Format format, String path) {
            return new File(format, path, 0, 1);
        }
    }

    /** How a line of output looks in the file. */
    enum Format {
        /** Docker's: an object with the line, its stream and its time. */
        JSON,
        /** Kubernetes': time, stream, F or P, and the line. */
        CRI;

        String word() {
            return this == JSON ? "json" : "cri";
        }
    }
}
