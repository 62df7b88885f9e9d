package dev.estiba.testkit.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where the table's containers are made. Bundles are beneath one directory, which has the same path everywhere. */
public interface Machine {
    /** What a program has ended with. */
    record Ended(int status, String output, String error) {}

    /** Of this machine, where a bundle's files are written first. */
    Path directory();

    /** Puts the programs into a bundle that has been written here, and brings it to where it is run. */
    void furnish(Path bundle) throws IOException, InterruptedException;

    /**
     * Runs a program to its end.
     *
     * @param environment beside PATH, its only one
     * @param files where its output may be written: this and an ending
     */
    Ended run(List<String> command, Path place, Map<String, String> environment, Path files)
            throws IOException, InterruptedException;

    String read(Path file) throws IOException;

    /** Removes a bundle, and what nobody needs any more without it. */
    void remove(Path bundle) throws IOException;
}
