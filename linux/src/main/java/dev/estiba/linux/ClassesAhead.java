package dev.estiba.linux;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads the classes of a package before they are needed where no file can be opened. A jar is open once a class has come from it, and
 * the JDK's own classes are mapped, so that concerns class files in directories, as developers have them.
 */
final class ClassesAhead {
    private static final String SUFFIX = ".class";

    /** Of each class whose package has been loaded: once is enough. */
    private static final ClassValue<Boolean> LOADED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                loadPackage(type);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException("loading the classes beside " + type.getName(), e);
            }
        }
    };

    private ClassesAhead() {}

    /** Those in the package of that class. */
    static void load(Class<?> type) {
        LOADED.get(type);
    }

    private static void loadPackage(Class<?> type) throws IOException {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || !source.getLocation().getProtocol().equals("file")) {
            return;
        }
        Path directory;
        try {
            directory = Path.of(source.getLocation().toURI())
                    .resolve(type.getPackageName().replace('.', File.separatorChar));
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<String> names;
        try (Stream<Path> files = Files.list(directory)) {
            names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .toList();
        }
        for (String name : names) {
            try {
                Class.forName(type.getPackageName() + "." + name, false, type.getClassLoader());
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IOException("class " + name + " cannot be loaded", e);
            }
        }
    }
}
