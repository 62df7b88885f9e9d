package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Makes bundles. Safe for several threads, as long as each bundle has a directory of its own.
 *
 * <p>The container of {@link #docker} is what dockerd 28.5 gives runc on a machine with cgroup v1 or the hybrid layout
 * for {@code docker run --memory 64m --cpus 0.5 --pids-limit 100 IMAGE /bin/true}, taken from a real one
 * (bench/docker-default.json, which the benches use too): five new namespaces, ten mounts, fourteen capabilities, the
 * default seccomp profile, twelve masked and five read-only paths, device rules, three limits, two sysctls. Its cgroup
 * is {@code /estiba-test/ID}.
 */
public final class Bundles {
    /** What runc, crun and Docker all take as an id, and Linux as a host name (at most 63 here: two labels need 64). */
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

    /** Places that mounts need, and a few that programs expect. */
    private static final List<String> DIRECTORIES =
            List.of("bin", "dev", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr", "var");

    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/probe
            sailor:x:1000:1000:Sailor:/home:/bin/probe
            nobody:x:65534:65534:nobody:/:/bin/probe
            """;
    private static final String GROUP = """
            root:x:0:
            tty:x:5:
            crew:x:1000:
            rope:x:1001:sailor
            nogroup:x:65534:
            """;

    private final Path programs;
    private final String template;

    private Bundles(Path programs, String template) {
        this.programs = programs;
        this.template = template;
    }

    /**
     * Bundles with the probe of a checkout, which is compiled into its {@code build/probe} when it is not there or older
     * than its sources.
     *
     * @throws IOException with the compiler's words when there is none or it refuses
     */
    public static Bundles ofRepository(Path repository) throws IOException {
        Path programs = repository.resolve("build/probe");
        build(repository.resolve("testkit/probe/build"), programs);
        return new Bundles(programs, Files.readString(repository.resolve("bench/docker-default.json")));
    }

    /** The directory with the compiled {@code probe} and {@code true}. */
    public Path programs() {
        return programs;
    }

    /**
     * Makes Docker's default container.
     *
     * @param directory the bundle, which is made, or is an empty directory; the caller removes it
     * @param id the container's id
     * @throws IllegalArgumentException when the id is none that every runtime takes
     */
    public Bundle docker(Path directory, String id) throws IOException {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an id: '" + id + "'");
        }
        Files.createDirectories(directory);
        // A runtime other than root's own user must be able to pass through (a temporary directory is 0700).
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Not toAbsolutePath: what a relative directory is relative to belongs to the process.
        Path real = directory.toRealPath();
        Bundle bundle = new Bundle(real, id);
        makeRootfs(bundle.rootfs());
        for (String bound : List.of("resolv.conf", "hostname", "hosts")) {
            Files.writeString(
                    real.resolve(bound), bound.equals("hostname") ? id + "\n" : "# " + bound + " of " + id + "\n");
        }
        Files.writeString(
                bundle.configFile(),
                template.replace("@ID@", id)
                        .replace("@ROOTFS@", quoted(bundle.rootfs()))
                        .replace("@BUNDLE@", quoted(real)));
        return bundle;
    }

    /** A path as it stands between the quotes of a JSON string. */
    private static String quoted(Path path) {
        String json = new String(JsonTree.write(path.toString()), StandardCharsets.UTF_8);
        return json.substring(1, json.length() - 1);
    }

    private void makeRootfs(Path rootfs) throws IOException {
        for (String name : DIRECTORIES) {
            Files.createDirectories(rootfs.resolve(name));
        }
        Files.setAttribute(rootfs.resolve("tmp"), "unix:mode", 01777);
        for (String program : List.of("probe", "true")) {
            Path inside = rootfs.resolve("bin").resolve(program);
            Programs.copy(programs.resolve(program), inside);
            Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(rootfs.resolve("etc/passwd"), PASSWD);
        Files.writeString(rootfs.resolve("etc/group"), GROUP);
        // Targets of the three bind mounts: a runtime may make them, but then the root file system has changed.
        for (String target : List.of("resolv.conf", "hostname", "hosts")) {
            Files.createFile(rootfs.resolve("etc").resolve(target));
        }
    }

    private static void build(Path script, Path programs) throws IOException {
        Process compiler = new ProcessBuilder("sh", script.toString(), programs.toString())
                .redirectErrorStream(true)
                .start();
        compiler.getOutputStream().close();
        String words = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!compiler.waitFor(60, TimeUnit.SECONDS)) {
                compiler.destroyForcibly();
                throw new IOException(script + " did not end within a minute");
            }
        } catch (InterruptedException e) {
            compiler.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + script + " was compiling", e);
        }
        if (compiler.exitValue() != 0) {
            throw new IOException(script + " ended with " + compiler.exitValue() + ": " + words);
        }
    }
}
