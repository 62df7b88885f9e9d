package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Which packages an image says that it has, in dpkg's database or apk's. It is the image's word: a malformed line says nothing. */
final class PackageList {
    /** Debian's whole archive is described in 50 MB; an image has a small part of it. */
    private static final int MOST = 16 << 20;

    private static final int MOST_FILES = 4096;
    private static final String DPKG = "var/lib/dpkg/status";
    /** A file for each package: images without dpkg itself, called distroless. */
    private static final String DPKG_FILES = "var/lib/dpkg/status.d";

    private static final List<String> APK = List.of("lib/apk/db/installed", "usr/lib/apk/db/installed");

    private final LayerStack stack;
    private final SortedMap<String, String> versions = new TreeMap<>();

    private PackageList(LayerStack stack) {
        this.stack = stack;
    }

    static PackageList of(LayerStack stack) throws IOException {
        PackageList list = new PackageList(stack);
        list.readFile(DPKG, "Package: ", "Version: ");
        list.readDirectory(DPKG_FILES);
        for (String file : APK) {
            list.readFile(file, "P:", "V:");
        }
        return list;
    }

    List<PackageDifference> differences(PackageList after) {
        TreeSet<String> names = new TreeSet<>(versions.keySet());
        names.addAll(after.versions.keySet());
        List<PackageDifference> found = new ArrayList<>();
        for (String name : names) {
            String one = versions.getOrDefault(name, "");
            String other = after.versions.getOrDefault(name, "");
            if (!one.equals(other)) {
                found.add(new PackageDifference(name, one, other));
            }
        }
        return found;
    }

    /** What a path stands for; links are not followed. */
    private Optional<MergedFolder.Item> find(String path) throws IOException {
        List<Integer> layers = IntStream.range(0, stack.size())
                .mapToObj(each -> stack.size() - 1 - each)
                .toList();
        TarBytes directory = TarBytes.EMPTY;
        Optional<MergedFolder.Item> item = Optional.empty();
        for (String part : path.split("/")) {
            byte[] name = part.getBytes(StandardCharsets.US_ASCII);
            try (MergedFolder folder = MergedFolder.open(stack, directory, layers)) {
                item = folder.find(name);
            }
            if (item.isEmpty()) {
                return item;
            }
            layers = item.get().layers();
            directory = Place.in(directory, name);
        }
        return item;
    }

    private void readFile(String path, String name, String version) throws IOException {
        Optional<MergedFolder.Item> item = find(path);
        if (item.isPresent()) {
            readFile(TarBytes.of(path), item.get(), name, version);
        }
    }

    private void readFile(TarBytes path, MergedFolder.Item item, String name, String version) throws IOException {
        if ((item.stat().mode() & Nodes.KIND) == Nodes.FILE) {
            read(stack.read(item.layer(), path, MOST), name, version);
        }
    }

    private void readDirectory(String path) throws IOException {
        Optional<MergedFolder.Item> directory = find(path);
        if (directory.isEmpty()) {
            return;
        }
        TarBytes place = TarBytes.of(path);
        try (MergedFolder folder =
                MergedFolder.open(stack, place, directory.get().layers())) {
            NameMerge names = new NameMerge(folder.folders());
            Optional<byte[]> name = names.next();
            for (int i = 0; i < MOST_FILES && name.isPresent(); i++) {
                Optional<MergedFolder.Item> item = folder.find(name.get());
                if (item.isPresent()) {
                    readFile(Place.in(place, name.get()), item.get(), "Package: ", "Version: ");
                }
                name = names.next();
            }
        }
    }

    /** Paragraphs of lines, with an empty one between: deb-control(5), and apk's in the same form. */
    private void read(byte[] database, String nameField, String versionField) {
        String name = "";
        String version = "";
        boolean isThere = true;
        for (String line : new String(database, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.isEmpty()) {
                put(name, version, isThere);
                name = "";
                version = "";
                isThere = true;
            } else if (line.startsWith(nameField)) {
                name = line.substring(nameField.length()).strip();
            } else if (line.startsWith(versionField)) {
                version = line.substring(versionField.length()).strip();
            } else if (line.startsWith("Status: ")) {
                isThere = line.endsWith(" installed"); // else its configuration may be left of it
            }
        }
        put(name, version, isThere);
    }

    private void put(String name, String version, boolean isThere) {
        if (isThere && !name.isEmpty() && !version.isEmpty()) {
            versions.merge(name, version, (one, other) -> one.equals(other) ? one : one + ", " + other);
        }
    }
}
