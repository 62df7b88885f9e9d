package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.ConsoleSize;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Script;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A process's terminal: a pair of the container's own devpts, its master sent to who asked for it (pty(7), ioctl_tty(2)).
 * The other end is got from the master (TIOCGPTPEER), never by its path, which a container could have changed
 * (CVE-2025-52565).
 */
final class Terminal {
    private static final long TCGETS = 0x5401;
    private static final long TCSETS = 0x5402;
    private static final long TIOCSCTTY = 0x540e;
    private static final long TIOCSWINSZ = 0x5414;
    private static final long TIOCSPTLCK = 0x40045431;
    private static final long TIOCGPTPEER = 0x5441;
    private static final long DEVPTS_SUPER_MAGIC = 0x1cd1;
    private static final int OFLAG_AT = 4;
    private static final long ONLCR = 4;
    private static final int TERMIOS_SIZE = 36;

    private final Assembly in;
    private final Process process;
    private final Script script;
    private final Register peer;

    /** @param script of the actor that makes the terminal */
    Terminal(Assembly in, Process process, Script script) {
        this.in = in;
        this.process = process;
        this.script = script;
        this.peer = in.plan.register();
    }

    /** Connects to a Unix socket that a caller has named: before anything is made, so that a wrong name changes nothing. */
    static Register connect(Assembly in, Script script, String path, String what) {
        String absolute = Paths.resolve(in.request.caller().directory(), path);
        byte[] name = absolute.getBytes(StandardCharsets.UTF_8);
        if (name.length > 107) {
            throw new UnsupportedConfig(what + " " + absolute + ": a socket's path has at most 107 bytes");
        }
        ByteBuffer address = ByteBuffer.allocate(110)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 1)
                .put(name);
        Register socket = script.get(
                Calls.SOCKET,
                "open a socket for the " + what,
                imm(1 /* AF_UNIX */),
                imm(1 /* SOCK_STREAM */ | Flags.O_CLOEXEC),
                Arg.ZERO);
        script.run(
                Calls.CONNECT,
                "connect to the " + what + " " + absolute,
                socket,
                in.plan.bytes(address.array(), 8),
                imm(110));
        return socket;
    }

    /**
     * Opens the pair beneath {@code root} and sends its master.
     *
     * @param root the container's root directory
     * @param socket where the master goes
     */
    void open(Arg root, Arg socket) {
        script.group("terminal");
        Register master = script.get(
                Calls.OPENAT2,
                OnFailure.STOP,
                "open a terminal (/dev/pts/ptmx)",
                root,
                in.string("/dev/pts/ptmx"),
                in.how(
                        Flags.O_RDWR | Flags.O_NOCTTY | Flags.O_CLOEXEC,
                        0,
                        Flags.RESOLVE_IN_ROOT | Flags.RESOLVE_NO_MAGICLINKS),
                imm(Flags.OPEN_HOW_SIZE));
        Data statfs = in.plan.space(120, 8);
        script.run(Calls.FSTATFS, "ask what /dev/pts/ptmx is", master, statfs);
        Register type = script.load(statfs, 8, "its file system");
        script.check(
                type,
                -1,
                Compare.EQUAL,
                imm(DEVPTS_SUPER_MAGIC),
                Errno.EINVAL,
                "/dev/pts/ptmx is not of a devpts",
                true);
        script.run(Calls.IOCTL, "unlock the terminal", master, imm(TIOCSPTLCK), in.plan.space(8, 8));
        script.get(
                peer,
                Calls.IOCTL,
                OnFailure.STOP,
                "open the container's end of the terminal",
                master,
                imm(TIOCGPTPEER),
                imm(Flags.O_RDWR | Flags.O_NOCTTY | Flags.O_CLOEXEC));
        if (!in.request.given().console()) {
            clearNewlineMapping(master);
        }
        process.consoleSize().ifPresent(size -> resize(master, size));
        if (process.user().uid() != 0) {
            script.run(
                    Calls.FCHOWN,
                    "give the terminal to user " + process.user().uid(),
                    peer,
                    imm(process.user().uid()),
                    imm(-1));
        }
        byte[] name = "/dev/pts/ptmx".getBytes(StandardCharsets.US_ASCII);
        script.sendDescriptor(socket, master, in.plan.bytes(name, 1), name.length, "send the terminal's master");
        script.run(Calls.CLOSE, "close the master", master);
    }

    /**
     * A line's end is not to become two characters: who wants that has a terminal of its own (runc does the same). A
     * monitor's clients have theirs in raw mode, as Docker's have, where a line's end needs both.
     */
    private void clearNewlineMapping(Register master) {
        Data termios = in.plan.space(TERMIOS_SIZE + 28, 8);
        script.run(Calls.IOCTL, "ask for the terminal's modes", master, imm(TCGETS), termios);
        Data at = new Data(termios.offset() + OFLAG_AT);
        Register modes = script.load(at, 4, "its output modes");
        script.mask(modes, modes, ~ONLCR, "without ONLCR");
        script.store(at, 4, modes, "its output modes");
        script.run(Calls.IOCTL, "set the terminal's modes", master, imm(TCSETS), termios);
    }

    private void resize(Register master, ConsoleSize size) {
        ByteBuffer window = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) size.height())
                .putShort((short) size.width());
        script.run(Calls.IOCTL, "set the terminal's size", master, imm(TIOCSWINSZ), in.plan.bytes(window.array(), 8));
    }

    /** /dev/console is a bind of the terminal itself, made by its descriptor. */
    void console() {
        String what = "mount the terminal on /dev/console";
        Register place = script.place(in.root, "/dev/console", 0666, Script.Place.FILE, OnFailure.STOP, what);
        MountTree.copy(in, peer, "", false, what).moveTo(place, "/dev/console", what);
    }

    /** The terminal as stdin, stdout and stderr. */
    void asStdio() {
        script.group("terminal");
        for (int fd = 0; fd < 3; fd++) {
            script.run(Calls.DUP3, "make the terminal descriptor " + fd, peer, imm(fd), Arg.ZERO);
        }
    }

    /** In the session's leader: its controlling terminal. */
    static void control(Script session) {
        session.group("terminal")
                .run(Calls.IOCTL, "take the terminal as controlling", Arg.ZERO, imm(TIOCSCTTY), Arg.ZERO);
    }
}
