package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.Volume;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.image.Image;
import dev.estiba.engine.image.Images;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.ImageMount;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.spec.VolumeMount;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.volume.Places;
import dev.estiba.engine.volume.Volumes;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.WithheldCalls;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes of containers. A container's record says which it wants, and is written before they are made: so whoever is killed in
 * between, its start makes them, and nobody takes one away that somebody wants.
 */
final class ContainerVolumes {
    private static final Logger LOG = System.getLogger(ContainerVolumes.class.getName());
    private static final Open.How WITHIN = new Open.How(Open.PATH, 0, Open.BENEATH | Open.NO_MAGICLINKS);

    /** Where anonymous volumes were in a container's directory before they had names. */
    private static final String FORMER = "volumes";

    private final Context context;
    private final Volumes volumes;
    private final Places places;

    ContainerVolumes(Context context) {
        this.context = context;
        this.volumes = context.volumes();
        this.places = new Places(volumes);
    }

    /** Whether a container may have any: most have none, and are asked nothing more. */
    static boolean mayHave(ContainerRecord record) {
        HostConfig host = record.request().hostConfig();
        return !record.request().config().volumes().isEmpty()
                || !host.mounts().isEmpty()
                || !record.inherited().isEmpty()
                || host.binds().stream().anyMatch(bind -> !bind.startsWith("/"));
    }

    private List<VolumeMount> of(ContainerRecord record) throws ApiException {
        return mayHave(record) ? context.spec(record).volumes() : List.of();
    }

    /**
     * What {@code --volumes-from} brings.
     *
     * @param lenders containers, each perhaps with a colon and what can be done with its mounts
     * @throws ApiException 400 when there is no such container
     */
    List<Mount> inherited(List<String> lenders) throws IOException {
        List<Mount> inherited = new ArrayList<>();
        for (String lender : lenders) {
            int colon = lender.indexOf(':');
            String reference = colon < 0 ? lender : lender.substring(0, colon);
            if (reference.isEmpty()) {
                throw ApiException.badRequest("invalid name or ID supplied: \"\"");
            }
            boolean isReadOnly = colon >= 0 && SpecBuilder.isReadOnlyMode(lender.substring(colon + 1));
            try (Locked other = context.look(reference)) {
                inherited.addAll(context.spec(other.record()).lent(isReadOnly));
            } catch (ApiException e) {
                // As dockerd has it: a creation that answers 404 has not found its image.
                throw e.status() == ApiException.NOT_FOUND ? ApiException.badRequest(e.message()) : e;
            }
        }
        return inherited;
    }

    /** Refuses what could not be made, before anything is. */
    void check(List<VolumeMount> wanted) throws IOException {
        for (VolumeMount each : wanted) {
            volumes.check(each.wanted());
        }
    }

    /**
     * Keeps the images that are mounted in a container.
     *
     * @throws ApiException 404 for one that is not here
     */
    void pin(String container, List<ImageMount> wanted) throws IOException {
        for (int i = 0; i < wanted.size(); i++) {
            Image image = context.images().find(wanted.get(i).reference(), Optional.empty());
            context.images().pinMounted(container, i, image);
        }
    }

    /** Lets go of them. */
    static void unpin(Images images, ContainerRecord record) throws IOException {
        List<Mount> mounts = new ArrayList<>(record.request().hostConfig().mounts());
        mounts.addAll(record.inherited());
        if (mounts.stream().anyMatch(each -> each.type().equals("image"))) {
            images.unpinMounted(record.id(), mounts.size());
        }
    }

    /** Makes those of a container that is written down. */
    void make(ContainerRecord record, List<VolumeMount> wanted) throws IOException {
        for (VolumeMount each : wanted) {
            volumes.ensure(each.wanted(), owner(record, each));
        }
    }

    private static Optional<String> owner(ContainerRecord record, VolumeMount volume) {
        return record.ephemeral() && volume.isOwn() ? Optional.of(record.id()) : Optional.empty();
    }

    /**
     * Makes the volumes ready for a start, or for a look at what a start would find.
     *
     * @param root as nothing is mounted in it yet
     */
    ReadyVolumes ready(Locked container, SpecBuilder spec, Fd root, Optional<ContainerIds> ids) throws IOException {
        if (spec.volumes().isEmpty() && spec.images().isEmpty()) {
            return ReadyVolumes.NONE;
        }
        boolean isFirst = container.home().life().started().isEmpty();
        Map<String, String> sources = new LinkedHashMap<>();
        ReadyVolumes ready = new ReadyVolumes(sources, new ArrayList<>(), new ArrayList<>());
        boolean all = false;
        try {
            for (VolumeMount mount : spec.volumes()) {
                Volume volume = volumes.ensure(mount.wanted(), owner(container.record(), mount));
                takeOver(container.home(), mount);
                Places.Place place = places.take(volume);
                ready.places().add(place);
                if (isFirst && mount.copies()) {
                    VolumeContents.fill(
                            places, place, mount, root, ids, () -> isShared(mount.name(), container.record()));
                }
                if (!mount.subpath().isEmpty()) {
                    Fd part = part(place, mount);
                    ready.opened().add(part);
                    // Of this process, not of who reads it.
                    String own = "/proc/" + ProcessHandle.current().pid() + "/";
                    sources.put(mount.target(), part.procPath().replaceFirst("^/proc/self/", own));
                } else if (!place.isOwn()) {
                    sources.put(mount.target(), place.directory().toString());
                }
            }
            for (int i = 0; i < spec.images().size(); i++) {
                ImageMount mount = spec.images().get(i);
                String id = container.record().id();
                sources.put(mount.target(), mount.source(context.images().mounted(id, i, mount.reference())));
            }
            all = true;
            return ready;
        } finally {
            if (!all) {
                ready.close();
            }
        }
    }

    /**
     * A part of a volume, whose files strangers write: the kernel looks the path up beneath the volume, and what it has found is what
     * is mounted, wherever its names lead a moment later (CVE-2021-25741, CVE-2023-2253).
     */
    private static Fd part(Places.Place place, VolumeMount mount) throws IOException {
        if (WithheldCalls.here().openTree() || WithheldCalls.here().mountSetattr()) {
            throw ApiException.serverError("the subpath " + mount.subpath() + " of the volume " + mount.name()
                    + " needs open_tree(2) and mount_setattr(2), which this kernel has not got, or a filter around this process"
                    + " forbids");
        }
        try (Fd whole = Open.absolute(place.directory().toString(), Open.How.directory())) {
            return Open.at(whole, mount.subpath(), WITHIN);
        } catch (ErrnoException e) {
            String path = place.directory() + "/" + mount.subpath();
            if (e.is(Errno.EXDEV) || e.is(Errno.ELOOP)) {
                throw ApiException.badRequest("the subpath " + mount.subpath() + " of the volume " + mount.name()
                        + " leads out of the volume: path concatenation escapes the base directory");
            }
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ENAMETOOLONG)) {
                throw ApiException.serverError("cannot access path " + path + ": lstat " + path + ": "
                        + (e.is(Errno.ENOENT) ? "no such file or directory" : "not a directory"));
            }
            throw e;
        }
    }

    /** Of a container that was made before its volumes had names. */
    private void takeOver(Home home, VolumeMount mount) throws IOException {
        Path former = home.dataPath().resolve(FORMER).resolve(mount.name());
        if (mount.isOwn() && Files.isDirectory(former)) {
            try (Fd from = Open.at(home.data(), FORMER, Open.How.directory());
                    Fd volume = places.open(mount.name())) {
                Names.rename(from, mount.name(), volume, places.data());
            } catch (ErrnoException e) {
                LOG.log(Level.WARNING, former + " stays, as the volume has files already: " + e.getMessage());
            }
        }
    }

    private boolean isShared(String volume, ContainerRecord but) {
        try {
            return context.volumeUsers().all().getOrDefault(volume, List.of()).stream()
                    .anyMatch(
                            id -> !id.equals(but.id()) && context.volumeUsers().isUp(id));
        } catch (IOException e) {
            return true; // then it is filled in its place
        }
    }

    /** A run has begun. */
    void began(ContainerRecord record) throws IOException {
        for (VolumeMount each : of(record)) {
            volumes.told(
                    "mount",
                    each.name(),
                    Map.of(
                            "container",
                            record.id(),
                            "destination",
                            each.target(),
                            "read/write",
                            Boolean.toString(!each.isReadOnly()),
                            "propagation",
                            ""));
        }
    }

    /** Somebody has looked at what a start would find. */
    void looked(ContainerRecord record) throws IOException {
        for (VolumeMount each : of(record)) {
            places.release(each.name(), context.volumeUsers()::isUp);
        }
    }

    /** A run has ended: what is mounted for nobody is unmounted. */
    void ended(ContainerRecord record) throws IOException {
        for (VolumeMount each : of(record)) {
            places.release(each.name(), context.volumeUsers()::isUp);
            volumes.told("unmount", each.name(), Map.of("container", record.id()));
        }
    }

    /** A container is about to go, its record first of all: what is its own goes before, so that whoever is killed, nothing is left. */
    void remove(ContainerRecord record) throws IOException {
        for (VolumeMount each : of(record)) {
            if (each.isOwn()) {
                volumes.removeWith(each.name(), record.id());
            }
        }
    }

    /** For who stays: of what nobody has seen end, or go. */
    void restore() throws IOException {
        volumes.sweep(id -> context.store().has(id));
        places.releaseAll(context.volumeUsers()::isUp);
    }
}
