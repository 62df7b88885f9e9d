package dev.estiba.engine.container;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A layer beneath every image: what is mounted on in each container, so that no container has to make it for itself, the empty file
 * that programs know a container by, and the link by which old ones find what is mounted. Where an image has the same, its own is seen. Docker makes a layer of its own for
 * each container of them (moby, daemon/initlayer).
 */
final class MountPoints {
    private static final List<String> DIRECTORIES = List.of("dev", "proc", "sys", "etc");
    private static final List<String> FILES = List.of("etc/hostname", "etc/hosts", "etc/resolv.conf");
    /** Another one when what is in it is another: a layer that is mounted somewhere stays as it is. */
    private static final String NAME = "mountpoints-2";

    private MountPoints() {}

    /** The directory; made by whoever needs it first. */
    static String in(Path dataRoot) throws IOException {
        Path there = dataRoot.resolve(NAME);
        if (!Files.isDirectory(there)) {
            make(dataRoot, there);
        }
        return there.toString();
    }

    /** Whole or not at all, whoever is killed or makes it at the same time. */
    private static void make(Path dataRoot, Path there) throws IOException {
        Path made = Files.createTempDirectory(dataRoot, "mountpoints.");
        try {
            for (String each : DIRECTORIES) {
                permit(Files.createDirectory(made.resolve(each)), "rwxr-xr-x");
            }
            for (String each : FILES) {
                permit(Files.createFile(made.resolve(each)), "rw-r--r--");
            }
            permit(Files.createFile(made.resolve(".dockerenv")), "rwxr-xr-x");
            Files.createSymbolicLink(made.resolve("etc/mtab"), Path.of("../proc/mounts"));
            permit(made, "rwxr-xr-x");
            Files.move(made, there, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            remove(made);
            if (!Files.isDirectory(there)) {
                throw e;
            }
            // Another one was faster: rename(2) says that it is not empty, for which the JDK has no class here.
        }
    }

    private static void permit(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static void remove(Path made) throws IOException {
        try (Stream<Path> all = Files.walk(made)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
