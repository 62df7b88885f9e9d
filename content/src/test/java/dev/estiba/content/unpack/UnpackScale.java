package dev.estiba.content.unpack;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A program with a small heap that unpacks layers of so many entries, and of twice as many, and says how long each took. */
final class UnpackScale {
    private final Path directory;

    private UnpackScale(Path directory) {
        this.directory = directory;
    }

    /** What a layer consists of. */
    private enum Kind {
        FILES_IN_ONE_DIRECTORY {
            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                    file(out, "d/f" + i);
                }
            }
        },
        WHITEOUTS {
            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                    file(out, "d/.wh.f" + i);
                }
            }
        },
        WHITEOUTS_OF_WHAT_THE_LAYER_HAS {
            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count / 2; i++) {
                    file(out, "d/f" + i);
                    file(out, "d/.wh.f" + i);
                }
            }
        },
        HARD_LINKS {
            /** Of each file as many as ext4 takes, and some of the link before, as a chain. */
            private static final int LINKS = 60_000;

            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                    if (i % LINKS == 0) {
                        file(out, "f" + i);
                    } else {
                        String target = i % 2 == 0 || i % LINKS == 1 ? "f" + i / LINKS * LINKS : "f" + (i - 1);
                        out.write(new TarEntry.HardLink(Layer.metadata("f" + i, 0644), Layer.name(target)), none());
                    }
                }
            }
        },
        DEEP_DIRECTORIES {
            /** As deep as a path may be long: each of these entries has a name of 2,000 bytes. */
            private static final String DEEP = "d/".repeat(1000);

            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count / 100; i++) {
                    file(out, DEEP + "f" + i);
                    file(out, "top" + i);
                }
            }
        },
        ONE_DIRECTORY_REPLACED {
            @Override
            void write(TarWriter out, int count) throws IOException {
                for (int i = 0; i < count / 3; i++) {
                    out.write(new TarEntry.Directory(Layer.metadata("d", 0755)), none());
                    file(out, "d/f");
                    file(out, "d");
                }
            }
        },
        THROUGH_LINKS {
            @Override
            void write(TarWriter out, int count) throws IOException {
                out.write(new TarEntry.Directory(Layer.metadata("d", 0755)), none());
                for (int i = 0; i < count / 2; i++) {
                    out.write(new TarEntry.SymbolicLink(Layer.metadata("l" + i, 0777), Layer.name("d")), none());
                    file(out, "l" + i + "/f" + i);
                }
            }
        };

        abstract void write(TarWriter out, int count) throws IOException;
    }

    private static InputStream none() {
        return new ByteArrayInputStream(new byte[0]);
    }

    private static void file(TarWriter out, String name) throws IOException {
        out.write(new TarEntry.RegularFile(Layer.metadata(name, 0644), 0), none());
    }

    /** @param words a directory, how many entries, how often: the least time counts */
    static void main(String[] words) throws IOException {
        UnpackScale scale = new UnpackScale(Path.of(words[0]));
        int count = Integer.parseInt(words[1]);
        for (Kind kind : Kind.values()) {
            long one = Long.MAX_VALUE;
            long two = Long.MAX_VALUE;
            for (int i = Integer.parseInt(words[2]); i > 0; i--) {
                one = Math.min(one, scale.unpack(kind, count));
                two = Math.min(two, scale.unpack(kind, 2 * count));
            }
            System.out.printf(
                    Locale.ROOT,
                    "unpacking %s: %d entries %d ms, %d entries %d ms, ratio %.2f%n",
                    kind,
                    count,
                    TimeUnit.NANOSECONDS.toMillis(one),
                    2 * count,
                    TimeUnit.NANOSECONDS.toMillis(two),
                    (double) two / one);
        }
    }

    private long unpack(Kind kind, int count) throws IOException {
        Path archive = directory.resolve("archive");
        try (TarWriter out = new TarWriter(new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16))) {
            kind.write(out, count);
        }
        Path tree = Files.createDirectory(directory.resolve("tree"));
        long begin = System.nanoTime();
        try (InputStream in = Files.newInputStream(archive)) {
            Trees.unpack(in, Compression.NONE, tree);
        }
        long end = System.nanoTime();
        Files.delete(archive);
        try (Fd parent = Open.absolute(directory.toString(), Open.How.directory())) {
            RemoveTree.remove(parent, "tree");
        }
        return end - begin;
    }
}
