package dev.estiba.testkit.rootless;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Busybox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An ordinary user that this machine does not have: known in a mount namespace of its own, where /etc/passwd and
 * /etc/subuid say so, with a home and a runtime directory on a /run of its own. Closing ends every process of the user and of
 * the ids that it was lent.
 */
final class Person implements AutoCloseable {
    static final int LENT = 65536;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int SECONDS = 120;

    private static final String FURNISH = """
            set -e
            mount -t tmpfs tmpfs /run
            chmod 755 /run
            mkdir -p /run/user/$1 /run/home /run/tree
            mount --bind "$3" /run/tree
            for file in passwd group; do cp /etc/$file /run/$file; done
            echo "person:x:$1:$1::/run/home:/bin/sh" >>/run/passwd
            echo "person:x:$1:" >>/run/group
            [ "$2" = 0 ] || echo "person:$2:65536" >/run/subuid
            for file in passwd group; do mount --bind /run/$file /etc/$file; done
            touch /run/subuid
            for file in subuid subgid; do [ ! -e /etc/$file ] || mount --bind /run/subuid /etc/$file; done
            chown $1:$1 /run/home /run/user/$1
            chmod 700 /run/user/$1
            echo ready
            exec cat
            """;

    private final Process holder;
    private final int uid;
    private final int lent;
    private String tree = "/run/tree";

    record Ended(int status, String output, String error) {}

    private Person(Process holder, int uid, int lent) {
        this.holder = holder;
        this.uid = uid;
        this.lent = lent;
    }

    /** @param lends whether /etc/subuid and /etc/subgid lend 65,536 ids */
    static Person open(boolean lends) throws IOException {
        String tree = System.getProperty("estiba.home", "");
        assumeTrue(!tree.isEmpty(), "estiba.home is not set: run the tests by ./dev test");
        assumeTrue(System.getProperty("user.name").equals("root"), "to make a user takes root");
        assumeTrue(
                !lends || Files.isExecutable(Path.of("/usr/bin/newuidmap")),
                "newuidmap is not there (apt-get install uidmap)");
        // No other run of these tests has the same ids at the same time.
        int number = (int) (ProcessHandle.current().pid() % 1000) * 16 + COUNT.getAndIncrement() % 16;
        int uid = 40_000 + number;
        int first = lends ? 1_000_000 + number * LENT : 0;
        Process holder = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        FURNISH,
                        "sh",
                        Integer.toString(uid),
                        Integer.toString(first),
                        tree)
                .redirectErrorStream(true)
                .start();
        Person person = new Person(holder, uid, first);
        byte[] ready = holder.getInputStream().readNBytes(6);
        if (!new String(ready, StandardCharsets.US_ASCII).equals("ready\n")) {
            String said = new String(ready, StandardCharsets.US_ASCII) + all(holder.getInputStream());
            throw new IOException("the user's room was not made: " + said.strip());
        }
        Path busybox =
                Busybox.program(Path.of(System.getProperty("estiba.repo", "."))).orElse(Path.of("/nowhere"));
        assumeTrue(Files.exists(busybox), "no static busybox on this machine, nor among the peers");
        Busybox.root(
                busybox,
                person.home().resolve("root"),
                "sh",
                "cat",
                "chown",
                "echo",
                "id",
                "kill",
                "ls",
                "ps",
                "readlink",
                "sleep",
                "stat",
                "touch",
                "true");
        Files.createDirectory(person.home().resolve("bundle"));
        person.owns("/run/home");
        // Where it was built its JVMs start faster, if only the user has a way there: the cache is bound to the place.
        if (person.sh("test -x " + tree + "/bin/estiba-oci").status() == 0) {
            person.tree = tree;
        }
        return person;
    }

    private void owns(String path) throws IOException {
        Ended ended = asRoot("chown -R " + uid + ":" + uid + " " + path);
        if (ended.status() != 0) {
            throw new IOException(ended.error());
        }
    }

    int uid() {
        return uid;
    }

    /** The first of the ids that are lent. */
    int lent() {
        return lent;
    }

    /** Its home, as it is seen from here. */
    Path home() {
        return Path.of("/proc/" + holder.pid() + "/root/run/home");
    }

    private List<String> inside() {
        return new ArrayList<>(List.of("/usr/bin/nsenter", "-t", Long.toString(holder.pid()), "-m"));
    }

    /** What a shell of the user's says; {@code $E} is estiba-oci, {@code $T} the built tree. */
    Ended sh(String script, String... words) throws IOException {
        List<String> command = inside();
        String id = Integer.toString(uid);
        command.addAll(List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "env", "-i"));
        command.addAll(List.of(
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/run/home",
                "XDG_RUNTIME_DIR=/run/user/" + id,
                "T=" + tree,
                "E=" + tree + "/bin/estiba-oci",
                "sh",
                "-c",
                "cd; " + script,
                "sh"));
        command.addAll(List.of(words));
        return end(command);
    }

    Ended asRoot(String script) throws IOException {
        List<String> command = inside();
        command.addAll(List.of("sh", "-c", script));
        return end(command);
    }

    private static Ended end(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
        String output = all(process.getInputStream());
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        String error = errors.join().replaceAll("(?m)^time=\"[^\"]*\" level=error msg=\"(.*)\"$", "$1");
        return new Ended(process.exitValue(), output, error.replace("\\\"", "\""));
    }

    private static String all(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes of the user and of the lent ids, those that have ended left out. */
    List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(this::isTheirs)
                .toList();
    }

    private boolean isTheirs(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            int at = status.indexOf("\nUid:\t") + 6;
            long owner = Long.parseLong(status.substring(at, status.indexOf('\t', at)));
            boolean lentOne = lent != 0 && owner >= lent && owner < lent + LENT;
            return (owner == uid || lentOne) && !status.contains("\nState:\tZ");
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
    }

    /** The residents apart, which stay for the next call. */
    List<Long> processesButResidents() {
        return processes().stream()
                .filter(pid -> ProcessHandle.of(pid)
                        .flatMap(process -> process.info().command())
                        .filter(command -> command.endsWith("/java"))
                        .isEmpty())
                .toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (int i = 0; i < 100 && !processes().isEmpty(); i++) {
            processes().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            Thread.sleep(20);
        }
        holder.getOutputStream().close();
        holder.waitFor();
        if (!processes().isEmpty()) {
            throw new AssertionError("still there: " + processes());
        }
    }
}
