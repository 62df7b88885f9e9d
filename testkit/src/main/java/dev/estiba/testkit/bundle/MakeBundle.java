package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program: {@code MakeBundle REPOSITORY DIR ID} makes Docker's default container in DIR, for trying things by hand and
 * for scripts. It reads its arguments, writes to standard output and error, and ends the process with 0, 1 or 64.
 */
public final class MakeBundle {
    private MakeBundle() {}

    /** See the class. */
    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: MakeBundle REPOSITORY DIR ID");
            System.exit(64);
        }
        try {
            System.out.println(Bundles.ofRepository(Path.of(args[0]))
                    .docker(Path.of(args[1]), args[2])
                    .directory());
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("MakeBundle: " + e.getMessage());
            System.exit(1);
        }
    }
}
