package dev.estiba.rules;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Finds class files older than Java 6's (version 50): a JDK verifies them in the old way and keeps them out of its AOT
 * cache, so that each costs time at every cold start.
 */
final class OldClassFiles {
    private static final int MAGIC = 0xCAFEBABE;
    private static final int OLDEST = 50;

    private OldClassFiles() {}

    static List<String> violations(Path jar) throws IOException {
        List<String> found = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (!entry.getName().endsWith(".class")) {
                    continue;
                }
                try (InputStream in = file.getInputStream(entry)) {
                    int version = version(new DataInputStream(in));
                    if (version < OLDEST) {
                        found.add("%s in %s has class file version %d"
                                .formatted(entry.getName(), jar.getFileName(), version));
                    }
                }
            }
        }
        return found;
    }

    // Java Virtual Machine Specification, 4.1: magic, minor, major.
    private static int version(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not a class file");
        }
        in.readUnsignedShort();
        return in.readUnsignedShort();
    }
}
