package dev.estiba.runtime.command;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.FeaturesWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A program of the build: {@code StaticAnswers DIRECTORY VERSION COMMIT} writes what {@code estiba-oci --version} and
 * {@code estiba-oci features} print, so that no JVM is asked for it.
 */
public final class StaticAnswers {
    private static final int USAGE = 64;

    private StaticAnswers() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: StaticAnswers DIRECTORY VERSION COMMIT");
            System.exit(USAGE);
        }
        Path directory = Path.of(args[0]);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("version"), version(args[1], args[2]), StandardCharsets.UTF_8);
        Files.write(directory.resolve("features.json"), features(args[1], args[2]));
    }

    /** The three lines that callers of runc read. */
    static String version(String version, String commit) {
        return "estiba-oci version " + version + "\ncommit: " + commit + "\nspec: " + Config.SPEC_VERSION + "\n";
    }

    static byte[] features(String version, String commit) {
        byte[] json = FeaturesWriter.write(BuildFeatures.of(version, commit), Layout.SPACES);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
