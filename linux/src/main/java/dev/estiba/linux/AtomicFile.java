package dev.estiba.linux;

import java.io.IOException;

/** Files that are there whole or not at all: written under another name, then renamed. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Mode 0600; what had that name is replaced. Whoever writes the same name at the same time holds a lock. */
    public static void write(Fd directory, String name, byte[] bytes) throws IOException {
        write(directory, name, bytes, false);
    }

    /** The same, and on the disk when this returns (fsync(2) of the file and of its directory). */
    public static void writeDurably(Fd directory, String name, byte[] bytes) throws IOException {
        write(directory, name, bytes, true);
    }

    private static void write(Fd directory, String name, byte[] bytes, boolean durable) throws IOException {
        String temporary = name + ".new";
        Names.remove(directory, temporary); // of somebody who was killed
        boolean there = false;
        try {
            try (Fd file = Open.at(directory, temporary, Open.How.creating(0600))) {
                FileBytes.writeAll(file, bytes);
                if (durable) {
                    Names.sync(file);
                }
            }
            Names.rename(directory, temporary, directory, name);
            there = true;
        } finally {
            if (!there) {
                Names.remove(directory, temporary);
            }
        }
        if (durable) {
            Names.sync(directory);
        }
    }
}
