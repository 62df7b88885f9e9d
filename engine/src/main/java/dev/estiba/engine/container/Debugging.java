package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.ImageConfig;
import dev.estiba.engine.spec.ImageMount;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.Fd;
import dev.estiba.linux.ForeignMounts;
import dev.estiba.linux.MountTree;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Containers that are made to look into another one ({@code estiba debug}), which an annotation of theirs names. Nothing of that one
 * is changed. Does it run when the look begins, its namespaces are joined, and its root is a copy of all that is mounted in that one,
 * read-only unless an annotation says otherwise. Does that one not run, its layers and its changes are lower directories of an overlay,
 * whose own changes go with whoever looks. Who is of an image of his own has the same files at a place that a third annotation says.
 */
final class Debugging {
    /** The container that is looked into; a name in a request, an id in a record. */
    private static final String TARGET = "dev.estiba.debug";

    /** "true": the files of one that runs may be changed. */
    private static final String WRITE = "dev.estiba.debug.write";

    /** Where its files are in a container of another image. */
    private static final String PLACE = "dev.estiba.debug.place";

    /**
     * What the engine writes, or mounts, for each container, and the copied mounts have of the other one. The kernel mounts no sysfs and no
     * cgroup tree over the same one (do_add_mount: EBUSY).
     */
    private static final Set<String> THERE =
            Set.of("/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/sys", "/sys/fs/cgroup");

    private Debugging() {}

    static boolean isMeant(HostConfig host) {
        return host.annotations().containsKey(TARGET);
    }

    /**
     * A request that calls the other container by its id.
     *
     * @throws ApiException 400 when there is no such container, 501 for one that cannot be looked into
     */
    static CreateRequest completed(CreateRequest request, Context context) throws IOException {
        if (!isMeant(request.hostConfig())) {
            return request;
        }
        if (context.facts().lent().isPresent()) {
            throw ApiException.notImplemented("debug takes root: for an ordinary user it is not built yet");
        }
        if (request.hostConfig().isolation().equals("chroot")) {
            throw ApiException.badRequest("--isolation chroot: who debugs another container joins its namespaces");
        }
        String place = place(request);
        if (!place.isEmpty() && (!place.startsWith("/") || place.length() == 1)) {
            throw ApiException.badRequest(PLACE + ": " + place + " is not an absolute path below the root");
        }
        try (Locked target = look(request, context)) {
            HostConfig host = target.record().request().hostConfig();
            if (host.isolation().equals("chroot")) {
                throw ApiException.notImplemented(
                        "not built yet: debug of a container with --isolation chroot, which has no namespaces to join");
            }
            refuseMapped(target.record(), context);
            Map<String, String> annotations =
                    new LinkedHashMap<>(request.hostConfig().annotations());
            annotations.put(TARGET, target.record().id());
            HostConfig named =
                    request.hostConfig().toBuilder().annotations(annotations).build();
            return new CreateRequest(request.config(), named, request.networkingConfig());
        }
    }

    /**
     * Who joins the processes of another user namespace is born there, and its number in there is not the host's, by which the runtime
     * would hold it.
     */
    private static void refuseMapped(ContainerRecord record, Context context) throws ApiException {
        if (context.spec(record).ids().isPresent()) {
            throw ApiException.notImplemented(
                    "not built yet: debug of, or in, a container with ids of its own (--userns, --uidmap, --security strict)");
        }
    }

    private static String place(CreateRequest request) {
        return request.hostConfig().annotations().getOrDefault(PLACE, "");
    }

    private static Locked look(CreateRequest request, Context context) throws IOException {
        try {
            return context.look(request.hostConfig().annotations().getOrDefault(TARGET, ""));
        } catch (ApiException e) {
            // "Not found" would be taken for the image.
            throw ApiException.badRequest("cannot debug: " + e.message());
        }
    }

    /** What the container is made of: of the other one's layers, and on top of them what that one has changed. */
    static Optional<Image> image(CreateRequest request, Context context) throws IOException {
        if (!isMeant(request.hostConfig()) || !place(request).isEmpty()) {
            return Optional.empty();
        }
        try (Locked target = look(request, context)) {
            ContainerRecord record = target.record();
            return Optional.of(new Image(
                    record.imageId(),
                    record.request().config().image(),
                    lowers(target),
                    ImageConfig.NOTHING,
                    context.images().pinned(record.id())));
        }
    }

    /** The uppermost first. */
    private static List<String> lowers(Locked target) {
        Path data = target.home().dataPath();
        List<String> lowers = new ArrayList<>();
        for (String own : List.of("root", "upper", "directories")) {
            if (Files.isDirectory(data.resolve(own), LinkOption.NOFOLLOW_LINKS)) {
                lowers.add(data.resolve(own).toString());
            }
        }
        lowers.addAll(target.record().lowers());
        return lowers;
    }

    /**
     * What a start that is about to be made sees of the other container.
     *
     * @param tree its mounts; empty when it does not run
     * @param place where they are; empty: they are the root
     * @param files of one that does not run, where they are not the root
     * @param namespaces that are joined
     */
    record View(Optional<Fd> tree, Optional<String> place, Optional<Mount> files, Map<Namespace.Type, Fd> namespaces)
            implements AutoCloseable {
        static final View NOTHING = new View(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());

        /** Instead of a root of its own; from then on somebody else's. */
        Optional<Fd> root() {
            return place.isPresent() ? Optional.empty() : tree;
        }

        /** A root of its own with the other one's in it. */
        RootFileSystem within(RootFileSystem own) throws IOException {
            if (place.isEmpty() || tree.isEmpty()) {
                return own;
            }
            try (own) {
                return RootFileSystem.mounted(MountTree.with(own.mount().orElseThrow(), tree.get(), place.get()));
            }
        }

        /** A configuration that joins what it has of its own until then, and changes nothing there. */
        Config in(Config config) throws IOException {
            if (namespaces.isEmpty() && files.isEmpty()) {
                return config;
            }
            List<Mount> mounts = new ArrayList<>(config.mounts());
            files.ifPresent(mounts::addFirst); // others may be in there
            Config.Builder changed = config.toBuilder();
            if (!namespaces.isEmpty()) {
                mounts.removeIf(mount -> place.isEmpty() && THERE.contains(mount.destination()));
                changed.hostname("").domainname("").linux(joined(config.linux().orElseThrow()));
            }
            return changed.mounts(mounts).build();
        }

        private Linux joined(Linux linux) throws IOException {
            List<Namespace> joined = new ArrayList<>();
            for (Namespace each : linux.namespaces()) {
                Fd other = namespaces.get(each.type());
                joined.add(other == null ? each : Namespace.join(each.type(), path(other)));
            }
            return linux.toBuilder().namespaces(joined).sysctl(Map.of()).build();
        }

        @Override
        public void close() {
            namespaces.values().forEach(Fd::close);
            if (place.isPresent()) {
                tree.ifPresent(Fd::close);
            }
        }
    }

    /** A path of this process, not of who reads it. */
    private static String path(Fd fd) throws IOException {
        return fd.procPath()
                .replaceFirst("^/proc/self/", "/proc/" + ProcessHandle.current().pid() + "/");
    }

    /** @throws ApiException 409 when the other one has gone, or may not be looked into as it is now */
    static View view(Locked container, Context context) throws IOException {
        CreateRequest request = container.record().request();
        if (!isMeant(request.hostConfig())) {
            return View.NOTHING;
        }
        String place = place(request);
        refuseMapped(container.record(), context);
        try (Locked target = look(request, context)) {
            if (context.status(target) instanceof Status.Running) {
                return running(target, request, context);
            }
            return place.isEmpty()
                    ? View.NOTHING
                    : new View(Optional.empty(), Optional.of(place), Optional.of(layers(target, place)), Map.of());
        }
    }

    /** The files of one that does not run, read-only. */
    private static Mount layers(Locked target, String place) throws IOException {
        ImageMount files = new ImageMount(target.record().request().config().image(), place);
        return ImageMount.mount(place, files.source(lowers(target)));
    }

    private static View running(Locked target, CreateRequest request, Context context) throws IOException {
        boolean mayWrite = "true".equals(request.hostConfig().annotations().get(WRITE));
        Map<Namespace.Type, Fd> namespaces = new EnumMap<>(Namespace.Type.class);
        boolean all = false;
        try (Fd mounts = open(target, "mnt", context)) {
            namespaces.put(Namespace.Type.PID, open(target, "pid", context));
            namespaces.put(Namespace.Type.NETWORK, open(target, "net", context));
            namespaces.put(Namespace.Type.IPC, open(target, "ipc", context));
            namespaces.put(Namespace.Type.UTS, open(target, "uts", context));
            // Said while it runs: who looks may keep its files open beyond its end.
            SpareRoots.spoil(target.home());
            Fd tree = ForeignMounts.copy(mounts, !mayWrite);
            Optional<String> place = Optional.of(place(request)).filter(each -> !each.isEmpty());
            all = true;
            return new View(Optional.of(tree), place, Optional.empty(), namespaces);
        } finally {
            if (!all) {
                namespaces.values().forEach(Fd::close);
            }
        }
    }

    private static Fd open(Locked target, String kind, Context context) throws IOException {
        return OpenNamespace.of(context, target, kind)
                .orElseThrow(() -> ApiException.conflict(
                        "cannot debug: container " + target.record().id() + " has ended just now"));
    }
}
