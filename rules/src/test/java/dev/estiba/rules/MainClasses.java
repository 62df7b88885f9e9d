package dev.estiba.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/** Reads the main classes of all modules from the class path: their jars, or {@code target/classes} under plain Maven. */
final class MainClasses {
    private MainClasses() {}

    static JavaClasses read() throws IOException {
        List<Location> locations = new ArrayList<>();
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(place);
            if (path.endsWith(Path.of("target", "classes")) && Files.isDirectory(path)) {
                locations.add(Location.of(path));
            } else if (path.getFileName().toString().matches("estiba-[a-z-]+\\.jar")) {
                // The location names the jar; the importer opens it again.
                try (JarFile jar = new JarFile(path.toFile())) {
                    locations.add(Location.of(jar));
                }
            }
        }
        return new ClassFileImporter().importLocations(locations);
    }

    /** The planted violations, which are test classes. */
    static JavaClasses planted() {
        return new ClassFileImporter().importPackages(House.class.getPackageName() + ".planted");
    }
}
