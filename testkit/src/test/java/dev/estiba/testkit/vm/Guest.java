package dev.estiba.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A running virtual machine. It has a processor, which QEMU emulates, a disk whose changes go with it, and no network. Not
 * two: the kernel patches its code while they run, for which the emulation of several is not exact enough (a boot in
 * twenty ends by "int3"). It carries out shell scripts one after the other ({@code testkit/vm/agent}), which come by a virtio port.
 *
 * <p>A script that does not end in time is killed in there; a guest that does not answer then is killed as a whole. One whose
 * JVM has been killed sees the port's end and powers itself off.
 */
final class Guest implements AutoCloseable {
    static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

    /**
     * Without what is slower when it is emulated: moves that are done byte by byte, a fifth level of page tables, checks at
     * each way into the kernel.
     */
    private static final String PROCESSOR = "max,-erms,-fsrm,-la57,-smap,-smep,-umip,-pku";

    /**
     * An instruction takes 2 ns of the guest's time, whatever it takes here: what has two seconds in there has them on a busy
     * machine as well. Only while the guest has nothing to do its clock is ours.
     */
    private static final String CLOCK = "shift=1";

    /** A quarter of a minute when nothing else runs. */
    private static final Duration BOOT = Duration.ofMinutes(4);

    /** In the guest's time, which may be five times as long here. */
    private static final Duration SCRIPT = Duration.ofMinutes(1);

    private static final Duration GRACE = Duration.ofMinutes(4);

    /** Whatever a JVM does for the first time takes it ten times as long: nobody is to wait for that. */
    private static final String FIRST_CONTAINER = """
            set -e
            mkdir -p /run/first/rootfs/bin
            cd /run/first
            cp /opt/probe/* rootfs/bin/
            estiba-oci spec
            sed -i -e 's/"terminal": true/"terminal": false/' -e 's|"sh"|"/bin/probe", "sleep", "1000"|' config.json
            estiba-oci create first >output 2>&1
            estiba-oci start first
            estiba-oci exec first /bin/true
            estiba-oci pause first
            estiba-oci resume first
            estiba-oci update --pids-limit 99 first
            estiba-oci events --stats first
            estiba-oci ps first
            estiba-oci state first
            estiba-oci kill first KILL
            estiba-oci delete --force first
            estiba-oci list
            """;

    private final Path directory;
    private final Process machine;
    private final DataInputStream answers;
    private final OutputStream scripts;
    private final ExecutorService port =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

    /** What a script has ended with. */
    record Result(int status, String output, String error) {
        Result succeeds() {
            assertThat(status).as("%s%s", output, error).isZero();
            return this;
        }
    }

    private Guest(Path directory, Process machine, SocketChannel channel) {
        this.directory = directory;
        this.machine = machine;
        this.answers = new DataInputStream(Channels.newInputStream(channel));
        this.scripts = Channels.newOutputStream(channel);
    }

    static Guest boot(Path machines, GuestKernel kernel, String... words) throws IOException {
        return boot(machines, kernel, List.of(), words);
    }

    /** @param files which are disks in there, from /dev/vdc on, each a multiple of 512 bytes long */
    static Guest boot(Path machines, GuestKernel kernel, List<Path> files, String... words) throws IOException {
        Path directory = Files.createTempDirectory("estiba-guest");
        Path socket = directory.resolve("port");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            List<String> command = new ArrayList<>(command(machines, kernel.in(machines), socket, words));
            for (Path file : files) {
                command.addAll(List.of("-drive", "if=virtio,format=raw,readonly=on,file=" + file));
            }
            Process machine = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("console").toFile())
                    .start();
            // accept(2) has no deadline; QEMU connects as one of the first things that it does, or ends.
            machine.onExit().thenRun(() -> close(server));
            Guest guest = new Guest(directory, machine, server.accept());
            guest.await();
            return guest;
        }
    }

    private static List<String> command(Path machines, Path kernel, Path socket, String... words) {
        return List.of(
                QEMU.toString(),
                "-machine",
                "q35",
                "-accel",
                "tcg",
                "-cpu",
                PROCESSOR,
                "-icount",
                CLOCK,
                "-m",
                "1536",
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-display",
                "none",
                "-serial",
                "stdio",
                "-kernel",
                kernel.resolve("vmlinuz").toString(),
                "-initrd",
                kernel.resolve("initramfs").toString(),
                "-append",
                "console=ttyS0 quiet panic=-1 mitigations=off nokaslr apparmor=1 security=apparmor "
                        + String.join(" ", words),
                "-drive",
                "if=none,id=disk,format=raw,snapshot=on,cache=unsafe,file=" + machines.resolve("disk"),
                "-device",
                "virtio-blk-pci,drive=disk",
                "-drive",
                "if=none,id=quota,format=raw,snapshot=on,cache=unsafe,file=" + machines.resolve("quota"),
                "-device",
                "virtio-blk-pci,drive=quota",
                "-device",
                "virtio-serial-pci",
                "-chardev",
                "socket,id=port,path=" + socket,
                "-device",
                "virtserialport,chardev=port");
    }

    /** Its kernel or its first programs have not come so far that it could be asked anything. */
    static final class NotBooted extends IOException {
        private static final long serialVersionUID = 1L;

        NotBooted(IOException cause) {
            super("a guest does not boot: " + cause.getMessage(), cause);
        }
    }

    private void await() throws IOException {
        try {
            within(BOOT, () -> {
                String line = line();
                if (!line.equals("ready")) {
                    throw new IOException("the agent does not say that it is ready, but: " + line);
                }
                return line;
            });
        } catch (IOException e) {
            throw new NotBooted(e);
        }
        run(BOOT, FIRST_CONTAINER).succeeds();
    }

    boolean alive() {
        return machine.isAlive();
    }

    /** Runs a script of busybox's shell. */
    Result run(String script) throws IOException {
        return run(SCRIPT, script);
    }

    Result run(Duration deadline, String script) throws IOException {
        byte[] bytes = script.getBytes(StandardCharsets.UTF_8);
        return within(deadline.plus(GRACE), () -> {
            scripts.write((bytes.length + " " + deadline.toSeconds() + "\n").getBytes(StandardCharsets.US_ASCII));
            scripts.write(bytes);
            scripts.flush();
            String[] head = line().split(" ");
            String output = text(head[1]);
            return new Result(Integer.parseInt(head[0]), output, text(head[2]));
        });
    }

    /** Runs a program with these words. */
    Result call(String... words) throws IOException {
        return run(quote(words));
    }

    /** Words as the shell takes them. */
    static String quote(String... words) {
        return Arrays.stream(words)
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    void write(String path, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        run("base64 -d >" + quote(path) + " <<'END'\n" + text + "\nEND\n").succeeds();
    }

    String read(String path) throws IOException {
        return call("cat", path).succeeds().output();
    }

    /** What the kernel and others have written to the serial line. */
    String console() throws IOException {
        return Files.readString(directory.resolve("console"), StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = answers.readUnsignedByte(); next != '\n'; next = answers.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private String text(String length) throws IOException {
        byte[] bytes = new byte[Integer.parseInt(length)];
        answers.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What comes too late would be taken for the next answer: the guest ends with who did not get it. */
    private <T> T within(Duration deadline, Callable<T> exchange) throws IOException {
        try {
            return port.submit(exchange).get(deadline.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            String console = console();
            close();
            throw new IOException("the guest does not answer; the end of its console:\n" + tail(console), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the guest was working", e);
        }
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException e) {
            // Nobody listens then either.
        }
    }

    @Override
    public void close() {
        machine.destroyForcibly();
        port.shutdownNow();
        try {
            machine.waitFor();
            Files.deleteIfExists(directory.resolve("port"));
            Files.deleteIfExists(directory.resolve("console"));
            Files.deleteIfExists(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
