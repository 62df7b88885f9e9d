package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;

/** The sockets that the daemon listens on. */
final class ApiSocket {
    private static final int BACKLOG = 1024;
    private static final int LONGEST_PATH = 107;
    private static final String USUAL_GROUP = "docker";
    static final String PASSED = "fd://";

    /** systemd's only one is descriptor 3. */
    private static final Set<String> OF_PASSED = Set.of(PASSED, PASSED + "*", PASSED + "3");

    private static final String UNIX = "unix://";
    private static final String NO_TCP =
            "TCP is only opened with TLS and clients' certificates, because who calls the daemon has the machine: say tlsverify,"
                    + " tlscacert, tlscert and tlskey";

    private ApiSocket() {}

    /**
     * @param host as it was asked for
     * @param group that may use a Unix socket that is made here
     * @param hasTls whether clients on TCP are asked for certificates
     * @throws ApiException in words for a person
     */
    static ServerSocketChannel open(String host, Optional<String> group, boolean hasTls) throws IOException {
        if (isPassed(host)) {
            if (!OF_PASSED.contains(host)) {
                throw ApiException.badRequest(
                        "invalid --host " + host + ": one socket is passed at most, say " + PASSED);
            }
            ServerSocketChannel socket = passed().orElseThrow(() -> ApiException.badRequest(
                    "no socket was passed for " + host + ": that is for systemd's socket activation"));
            if (!hasTls && !(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
                throw ApiException.badRequest(
                        "the socket that was passed for " + host + " is " + socket.getLocalAddress() + ": " + NO_TCP);
            }
            return socket;
        }
        if (host.startsWith(UNIX)) {
            return unix(Path.of(host.substring(UNIX.length())), group);
        }
        if (TcpAddress.is(host)) {
            check(host, hasTls);
            return TcpAddress.parse(host).listen(BACKLOG);
        }
        throw ApiException.badRequest("invalid --host " + host + ": must be unix://PATH, fd:// or tcp://IP:PORT");
    }

    /** What of it is wrong before anything is opened. */
    static void check(String host, boolean hasTls) throws ApiException {
        if (TcpAddress.is(host)) {
            if (!hasTls) {
                throw ApiException.badRequest(host + ": " + NO_TCP);
            }
            TcpAddress unused = TcpAddress.parse(host);
        }
    }

    /** As a person is told of it. */
    static String name(String host, ServerSocketChannel socket) throws IOException {
        return socket.getLocalAddress() instanceof InetSocketAddress tcp ? TcpAddress.text(tcp) : host;
    }

    /** Takes back what {@link #open} has made. */
    static void remove(String host, ServerSocketChannel socket) throws IOException {
        socket.close();
        if (host.startsWith(UNIX)) {
            Files.deleteIfExists(Path.of(host.substring(UNIX.length())));
        }
    }

    static boolean isPassed(String host) {
        return host.startsWith(PASSED);
    }

    /** The listening socket that is descriptor 0, if it is one. */
    static Optional<ServerSocketChannel> passed() throws IOException {
        Channel channel = System.inheritedChannel();
        return channel instanceof ServerSocketChannel listening ? Optional.of(listening) : Optional.empty();
    }

    /** Has its name when it has its mode and group: until then nobody can call. */
    private static ServerSocketChannel unix(Path path, Optional<String> group) throws IOException {
        if (!path.isAbsolute() || path.toString().length() + 4 > LONGEST_PATH) {
            throw ApiException.badRequest("invalid --host " + UNIX + path
                    + ": its path must be absolute and have at most " + (LONGEST_PATH - 4) + " bytes");
        }
        if (isAnswered(path)) {
            throw ApiException.conflict("somebody listens on " + path + " already; stop it, or choose another --host");
        }
        Optional<GroupPrincipal> principal = principal(path, group);
        Files.createDirectories(path.getParent());
        Path before = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(before);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean named = false;
        try {
            channel.bind(UnixDomainSocketAddress.of(before), BACKLOG);
            permit(before, principal);
            Files.move(before, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            named = true;
            return channel;
        } finally {
            if (!named) {
                channel.close();
            }
        }
    }

    /** 0660, of that group. */
    static void permit(Path socket, Optional<GroupPrincipal> group) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        if (group.isPresent()) {
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group.get());
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }

    /** Empty: the user's own. One that was asked for must be there. */
    static Optional<GroupPrincipal> principal(Path near, Optional<String> group) throws IOException {
        if (group.isEmpty() && ProcessFacts.self().uid() != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(near.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(group.orElse(USUAL_GROUP)));
        } catch (UserPrincipalNotFoundException e) {
            if (group.isPresent()) {
                throw ApiException.badRequest("there is no group " + group.get() + " on this machine (--group)");
            }
            return Optional.empty();
        }
    }

    static boolean isAnswered(Path path) {
        try (SocketChannel caller = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return caller.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }
}
