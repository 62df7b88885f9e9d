package dev.estiba.cli.command;

import dev.estiba.api.ContainerConfig;
import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.BadValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a shell in somebody else's container brings along: this host's static busybox, in a directory that only the shell has. */
final class DebugTools {
    /** In /dev, which every container has for itself: nothing is made in the files of the other one. */
    static final String PLACE = "/dev/estiba";

    private static final String BUSYBOX = PLACE + "/busybox";
    private static final String BIN = PLACE + "/bin";
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final List<String> CANDIDATES =
            List.of("/bin/busybox", "/usr/bin/busybox", "/usr/local/bin/busybox");

    /** Names for all that busybox is; then the caller's words, in the directory where the container's own program is. */
    private static final String SCRIPT = BUSYBOX + " mkdir -p " + BIN + " && " + BUSYBOX + " --install -s " + BIN
            + "\ncd \"$ESTIBA_DEBUG_DIRECTORY\" 2>/dev/null\nunset ESTIBA_DEBUG_DIRECTORY\nexec \"$@\"";

    /** elf(5). */
    private static final int HEADER = 64, MOST_HEADERS = 64, INTERPRETER = 3;

    private static final ByteBuffer MAGIC = ByteBuffer.wrap(new byte[] {0x7f, 'E', 'L', 'F'});

    private DebugTools() {}

    /**
     * As {@code --volume} has it: the host's busybox in the container.
     *
     * @param given where it is; empty: in one of the usual places
     */
    static String bind(Caller caller, String given) throws IOException, BadValue {
        for (String path : given.isEmpty() ? CANDIDATES : List.of(given)) {
            if (isStatic(caller, path)) {
                return caller.hostPath(path) + ":" + BUSYBOX + ":ro";
            }
        }
        if (!given.isEmpty()) {
            throw new BadValue("--tools " + given + " is not a statically linked program");
        }
        throw new BadValue("debug takes its tools from a static busybox of this host, and there is none at "
                + String.join(", ", CANDIDATES)
                + ": 'apt-get install busybox-static' brings one, --tools FILE names another one, and --image NAME takes an"
                + " image's tools");
    }

    /** Where links to the tools are made. */
    static Map<String, String> mounts() {
        return Map.of(PLACE, "mode=755");
    }

    /** Before the caller's words. */
    static List<String> entrypoint() {
        return List.of(BUSYBOX, "sh", "-c", SCRIPT, "debug");
    }

    /** The variables that the other container has, but for what would change what the tools do; and the tools in front. */
    static List<String> environment(ContainerConfig other, String name) {
        List<String> all = new ArrayList<>();
        String path = USUAL_PATH;
        for (String variable : other.env()) {
            if (variable.startsWith("PATH=")) {
                path = variable.substring("PATH=".length());
            } else if (!isOfTools(variable)) {
                all.add(variable);
            }
        }
        all.add("PATH=" + BIN + ":" + path);
        all.add("PS1=debug(" + name + "):\\w\\$ ");
        all.add("ESTIBA_DEBUG_DIRECTORY=" + (other.workingDir().isEmpty() ? "/" : other.workingDir()));
        return all;
    }

    /** ENV is a script that ash(1) begins with, and what begins with LD_ is ld.so(8)'s: here they would be a stranger's. */
    private static boolean isOfTools(String variable) {
        return variable.startsWith("LD_")
                || variable.startsWith("ENV=")
                || variable.startsWith("BASH_ENV=")
                || variable.startsWith("PS1=");
    }

    /** Whether it is a program that needs no other file. */
    private static boolean isStatic(Caller caller, String path) {
        try (InputStream in = caller.openRegular(path)) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER)).order(ByteOrder.nativeOrder());
            boolean isProgram = header.limit() == HEADER && header.slice(0, 4).equals(MAGIC);
            // 64 bits, and its table of segments where every linker has it.
            if (!isProgram || header.get(4) != 2 || header.getLong(32) != HEADER) {
                return false;
            }
            int size = Short.toUnsignedInt(header.getShort(54));
            int count = Short.toUnsignedInt(header.getShort(56));
            if (size < 4 || count > MOST_HEADERS) {
                return false;
            }
            ByteBuffer table = ByteBuffer.wrap(in.readNBytes(size * count)).order(ByteOrder.nativeOrder());
            for (int at = 0; at + size <= table.limit(); at += size) {
                if (table.getInt(at) == INTERPRETER) {
                    return false;
                }
            }
            return table.limit() == size * count;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** Of a name's text that a prompt shows, what is harmless there. */
    static Optional<String> printable(String name) {
        return name.matches("[A-Za-z0-9_./:@-]{1,80}") ? Optional.of(name) : Optional.empty();
    }
}
