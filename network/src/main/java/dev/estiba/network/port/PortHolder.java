package dev.estiba.network.port;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which process has a port: by the inode of its socket in /proc/net/tcp and its like, and the process that has that open. Within a visit
 * of the namespace that the port is in.
 */
final class PortHolder {
    private static final int MOST_BYTES = 32 << 20;
    private static final int MOST_PROCESSES = 100_000;
    private static final int MOST_DESCRIPTORS = 100_000;
    private static final int LONGEST_COMMAND = 120;
    private static final int LISTENING = 0x0a;

    private PortHolder() {}

    /** For a person: {@code process 4711, nginx -g daemon off}. Empty when it cannot be told. */
    static Optional<String> find(Transport transport, InetAddress address, int port) {
        try {
            for (String file : files(transport)) {
                Optional<Long> inode = inode(file, transport, address, port);
                if (inode.isPresent()) {
                    return holder(inode.get());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            // The port is taken all the same; who has it is an extra.
            return Optional.empty();
        }
    }

    private static List<String> files(Transport transport) {
        return switch (transport) {
            case TCP -> List.of("tcp", "tcp6");
            case UDP -> List.of("udp", "udp6");
            case SCTP -> List.of();
        };
    }

    private static Optional<Long> inode(String file, Transport transport, InetAddress address, int port)
            throws IOException {
        String text;
        try (Fd table = Open.absolute("/proc/thread-self/net/" + file, Open.How.reading())) {
            text = new String(FileBytes.readAll(table, MOST_BYTES), StandardCharsets.US_ASCII);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
        return text.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 9)
                .filter(fields -> transport != Transport.TCP || Integer.parseInt(fields[3], 16) == LISTENING)
                .filter(fields -> holds(fields[1], address, port))
                .map(fields -> Long.parseLong(fields[9]))
                .filter(inode -> inode > 0)
                .findFirst();
    }

    /** {@code 0100007F:1F90}: the address in words of the machine's order, and the port. */
    static boolean holds(String local, InetAddress address, int port) {
        int colon = local.indexOf(':');
        if (colon < 0 || Integer.parseInt(local.substring(colon + 1), 16) != port) {
            return false;
        }
        byte[] words = HexFormat.of().parseHex(local.substring(0, colon));
        ByteBuffer bytes = ByteBuffer.allocate(words.length);
        ByteBuffer from = ByteBuffer.wrap(words);
        while (from.remaining() >= Integer.BYTES) {
            int word = from.getInt();
            bytes.putInt(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word);
        }
        InetAddress bound = address(bytes.array());
        boolean sameFamily = bound instanceof Inet4Address == address instanceof Inet4Address;
        // One of :: may be of IPv4 as well.
        return bound.isAnyLocalAddress() || sameFamily && (address.isAnyLocalAddress() || bound.equals(address));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return Subnet.anyAddress(true);
        }
    }

    private static Optional<String> holder(long inode) throws IOException {
        String wanted = "socket:[" + inode + "]";
        try (Fd proc = Open.absolute("/proc", Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(proc, MOST_PROCESSES)) {
                if (entry.name().chars().allMatch(Character::isDigit) && has(proc, entry.name(), wanted)) {
                    return Optional.of("process " + entry.name() + ", " + command(Integer.parseInt(entry.name())));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean has(Fd proc, String pid, String wanted) {
        try (Fd fds = Open.at(proc, pid + "/fd", Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(fds, MOST_DESCRIPTORS)) {
                if (Names.readLink(fds, entry.name()).filter(wanted::equals).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // It has ended, or is nobody's whose descriptors we may see.
            return false;
        }
    }

    private static String command(int pid) throws IOException {
        String line =
                ProcessFacts.text(pid, "cmdline").orElse("").replace('\0', ' ').strip();
        String shown =
                line.isEmpty() ? ProcessFacts.text(pid, "comm").orElse("").strip() : line;
        String printable = shown.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > LONGEST_COMMAND ? printable.substring(0, LONGEST_COMMAND) + "…" : printable;
    }
}
