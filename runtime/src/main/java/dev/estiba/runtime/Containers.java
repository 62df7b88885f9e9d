package dev.estiba.runtime;

import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Host;
import dev.estiba.linux.Open;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.compile.Machine;
import dev.estiba.runtime.compile.OverlayRoot;
import dev.estiba.runtime.compile.OwnedNetworkPlan;
import dev.estiba.runtime.compile.StartRequest;
import dev.estiba.runtime.compile.TreeRemoval;
import dev.estiba.runtime.compile.UserNamespaceForMounts;
import dev.estiba.runtime.local.Call;
import dev.estiba.runtime.plan.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The containers whose states are kept in one directory.
 *
 * {@snippet lang = java :
 * try (Container c = Containers.in(Path.of("/run/containers")).create("web", Bundle.at(Path.of("/srv/web")))) {
 *     c.start();
 *     int status = c.waitFor();
 * }
 * }
 *
 * <p>Safe for several threads, and so are several of these on the
 * same directory, in one JVM or in many. It holds nothing that has to be closed; it is worth keeping, because it keeps
 * the seccomp filters that it has compiled.
 */
public final class Containers {
    private static final int MOST = 1 << 20;

    private final Path root;
    private final Call calls;

    private Containers(Path root, OciCommand command) {
        this.root = root;
        this.calls = new Call(root, command);
    }

    /**
     * @param stateRoot absolute; made (mode 0700) when the first container is. On a tmpfs it forgets containers when they
     *     end, with the boot, as it should
     * @throws ContainerException {@link ErrorCode#STEP_FAILED} where there is no /proc
     */
    public static Containers in(Path stateRoot) throws ContainerException {
        if (!stateRoot.isAbsolute()) {
            throw new IllegalArgumentException("the directory of states needs an absolute path: " + stateRoot);
        }
        Machine machine = Host.abi() == Abi.ARM64 ? Machine.ARM64 : Machine.X86_64;
        return new Containers(stateRoot.normalize(), new OciCommand(machine, bootId()));
    }

    private static String bootId() throws ContainerException {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id"), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            throw new ContainerException(ErrorCode.STEP_FAILED, "cannot read this boot's id: " + e.getMessage(), e);
        }
    }

    /** The directory of the states. */
    public Path root() {
        return root;
    }

    /**
     * Makes a container, up to its gate: all that can fail without running its program has been tried then.
     *
     * @param id letters, digits and "_+-."
     * @return it belongs to the caller, and goes when it is closed; this JVM's stdio is its own
     * @throws ContainerException {@link ErrorCode#CONTAINER_EXISTS}, {@link ErrorCode#INVALID_REQUEST},
     *     {@link ErrorCode#STEP_FAILED}
     */
    public Container create(String id, Bundle bundle) throws IOException {
        return create(id, bundle, Stdio.inherit());
    }

    /** {@link #create(String, Bundle)} with other stdio. */
    public Container create(String id, Bundle bundle, Stdio stdio) throws IOException {
        makeRoot();
        return Container.made(calls, id, calls.hold(List.of("create", "--bundle", path(bundle), id), bundle, stdio));
    }

    /** {@link #create(String, Bundle)} from a root directory. */
    public Container create(String id, Spec spec) throws IOException {
        return create(id, spec, Stdio.inherit());
    }

    /** {@link #create(String, Bundle, Stdio)} from a root directory. */
    public Container create(String id, Spec spec, Stdio stdio) throws IOException {
        return create(id, spec.bundle(id), stdio);
    }

    /**
     * Makes a container, runs it, waits until it has ended, and removes it: the fastest way, one process and one plan.
     *
     * @return the program's status as a shell says it: its code, or 128 and the signal's number
     * @throws ContainerException as {@link #create}
     */
    public int run(String id, Bundle bundle, Stdio stdio) throws IOException {
        makeRoot();
        return calls.walk(List.of("run", "--bundle", path(bundle), id), bundle, stdio);
    }

    /** {@link #run(String, Bundle, Stdio)} with this JVM's stdio. */
    public int run(String id, Bundle bundle) throws IOException {
        return run(id, bundle, Stdio.inherit());
    }

    /** {@link #run(String, Bundle, Stdio)} from a root directory. */
    public int run(String id, Spec spec, Stdio stdio) throws IOException {
        return run(id, spec.bundle(id), stdio);
    }

    /** {@link #run(String, Spec, Stdio)} with this JVM's stdio. */
    public int run(String id, Spec spec) throws IOException {
        return run(id, spec, Stdio.inherit());
    }

    /**
     * Starts a container and leaves it to a monitor, which outlives this JVM.
     *
     * @return when its program runs
     * @throws ContainerException as {@link #create}; nothing is left then
     */
    public Monitored monitor(String id, Bundle bundle, MonitorRequest request) throws IOException {
        makeRoot();
        return Monitored.made(calls.monitor(List.of("run", "--detach", "--bundle", path(bundle), id), bundle, request));
    }

    /**
     * What {@link #monitor} would do, for {@link dev.estiba.runtime.plan.PlanPrinter}: nothing is made.
     *
     * @param terminal whether the container's program has one
     * @param overlay what it mounts as its root file system, when that is not given as a mount
     * @throws ContainerException {@link ErrorCode#INVALID_REQUEST}
     */
    public Planned plan(String id, Bundle bundle, Isolation isolation, boolean terminal, Optional<OverlayRoot> overlay)
            throws IOException {
        OciCommand.Monitored answer = calls.planned(
                List.of("run", "--detach", "--bundle", path(bundle), id),
                bundle,
                isolation,
                new StartRequest.Given(overlay.isEmpty(), terminal, overlay));
        return new Planned(answer.start().plan(), answer.epilogue().orElseThrow());
    }

    /**
     * A start on paper.
     *
     * @param start up to the program's first instruction
     * @param epilogue when it has ended
     */
    public record Planned(Plan start, Plan epilogue) {}

    /**
     * Removes a directory whose files ids own that an ordinary user was lent: by a process of a user namespace with them.
     *
     * @param directory absolute; its links are not followed
     * @param uids what the users in there are outside
     * @param gids the same of groups
     * @throws ContainerException {@link ErrorCode#STEP_FAILED}
     */
    public void removeTree(Path directory, List<IdMapping> uids, List<IdMapping> gids) throws IOException {
        makeRoot();
        Path parent = Optional.ofNullable(directory.getParent())
                .orElseThrow(() -> new IllegalArgumentException("the root directory is not to be removed"));
        String name = directory
                .subpath(directory.getNameCount() - 1, directory.getNameCount())
                .toString();
        calls.walk(
                TreeRemoval.compile(calls.caller(), calls.machine(), parent.toString(), name, uids, gids),
                Stdio.none());
    }

    /**
     * A user namespace without a process, to map the ids of mounts by (mount_setattr(2)); root's only.
     *
     * @return the caller's to close
     * @throws ContainerException {@link ErrorCode#STEP_FAILED}
     */
    public Fd userNamespace(List<IdMapping> uids, List<IdMapping> gids) throws IOException {
        makeRoot();
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "a user namespace")) {
            Stdio socket = Stdio.none().withInput(pair.theirs().fd());
            calls.walk(UserNamespaceForMounts.compile(calls.caller(), calls.machine(), uids, gids), socket);
            return pair.ours().receive(1).fds().getFirst();
        }
    }

    /**
     * A network namespace that belongs to a user namespace with these ids, for a container that joins both; root's only.
     *
     * @return the caller's to close
     * @throws ContainerException {@link ErrorCode#STEP_FAILED}
     */
    public OwnedNetwork ownedNetwork(List<IdMapping> uids, List<IdMapping> gids) throws IOException {
        makeRoot();
        try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "a network with ids of its own")) {
            Stdio socket = Stdio.none().withInput(pair.theirs().fd());
            calls.walk(OwnedNetworkPlan.compile(calls.caller(), calls.machine(), uids, gids), socket);
            Fd user = pair.ours().receive(1).fds().getFirst();
            try {
                return new OwnedNetwork(user, pair.ours().receive(1).fds().getFirst());
            } catch (IOException | RuntimeException e) {
                user.close();
                throw e;
            }
        }
    }

    /** A container that is there, whoever has made it; empty when there is none. Closing it leaves it alone. */
    public Optional<Container> find(String id) throws IOException {
        return calls.exists(id) ? Optional.of(Container.found(calls, id)) : Optional.empty();
    }

    /** The names of all containers, sorted. */
    public List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (Fd directory = Open.absolute(root.toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(directory, MOST)) {
                boolean directoryOrUnknown = entry.kind() != Directory.Kind.FILE && entry.kind() != Directory.Kind.LINK;
                if (directoryOrUnknown && calls.exists(entry.name())) {
                    ids.add(entry.name());
                }
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        ids.sort(String::compareTo);
        return ids;
    }

    private static String path(Bundle bundle) {
        return bundle.directory().toString();
    }

    private void makeRoot() throws IOException {
        if (!Files.isDirectory(root)) {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
