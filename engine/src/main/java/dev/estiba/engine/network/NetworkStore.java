package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.NetworkInspect;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.AddressPools;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The files of networks, beneath the data root: {@code networks/ID.json}, as the API tells of them. */
final class NetworkStore {
    private static final Logger LOG = System.getLogger(NetworkStore.class.getName());
    private static final String SUFFIX = ".json";
    private static final String UNIQUE_LOCAL = "unique-local-prefix";
    private static final String DEFAULT_ORIGIN = "default-bridge";
    private static final int CAP = 1 << 20;
    private static final int MOST = 1 << 16;

    private final Path directory;

    NetworkStore(Path dataRoot) {
        directory = dataRoot.resolve("networks");
    }

    private Fd open() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Open.absolute(directory.toString(), Open.How.directory());
    }

    /** All that can be read; one that cannot is in no other one's way. */
    List<NetworkInspect> all() throws IOException {
        List<NetworkInspect> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (Fd open = open()) {
            for (Directory.Entry entry : Directory.list(open, MOST)) {
                if (!entry.name().endsWith(SUFFIX)) {
                    continue;
                }
                try {
                    Optional<byte[]> bytes = read(open, entry.name());
                    if (bytes.isPresent()) {
                        all.add(Body.NETWORK_INSPECT.read(bytes.get()));
                    }
                } catch (ApiException e) {
                    LOG.log(
                            Level.WARNING,
                            "the network of " + directory + "/" + entry.name() + " cannot be read: " + e.message());
                }
            }
        }
        return all;
    }

    private static Optional<byte[]> read(Fd directory, String name) throws IOException {
        try (Fd file = Open.at(directory, name, Open.How.reading().with(Open.noFollowFlag()))) {
            return Optional.of(FileBytes.readAll(file, CAP));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** When it returns, the network outlives a power cut. */
    void write(NetworkInspect network) throws IOException {
        try (Fd open = open()) {
            AtomicFile.writeDurably(open, network.id() + SUFFIX, Body.NETWORK_INSPECT.write(network, Layout.COMPACT));
        }
    }

    void remove(String id) throws IOException {
        try (Fd open = open()) {
            Names.remove(open, id + SUFFIX);
            Names.sync(open);
        }
    }

    /** Of which settings the record of the default network is; empty: of none. */
    String defaultOrigin() throws IOException {
        try (Fd open = open()) {
            return new String(read(open, DEFAULT_ORIGIN).orElse(new byte[0]), StandardCharsets.UTF_8);
        }
    }

    void writeDefaultOrigin(String text) throws IOException {
        try (Fd open = open()) {
            AtomicFile.writeDurably(open, DEFAULT_ORIGIN, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Where networks have their addresses of IPv6 from: made up once for this machine (RFC 4193). */
    Subnet uniqueLocal(RandomGenerator random) throws IOException {
        try (Fd open = open()) {
            Optional<byte[]> known = read(open, UNIQUE_LOCAL);
            if (known.isPresent()) {
                return Subnet.parse(new String(known.get(), StandardCharsets.US_ASCII).strip());
            }
            Subnet made = AddressPools.newUniqueLocal(random);
            AtomicFile.writeDurably(open, UNIQUE_LOCAL, (made + "\n").getBytes(StandardCharsets.US_ASCII));
            return made;
        } catch (NetworkException e) {
            throw new IOException(directory + "/" + UNIQUE_LOCAL + " is damaged: " + e.getMessage(), e);
        }
    }
}
