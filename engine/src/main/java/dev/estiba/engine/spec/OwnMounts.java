package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.BindOptions;
import dev.estiba.api.HostConfig;
import dev.estiba.api.MountPoint;
import dev.estiba.api.TmpfsOptions;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.api.VolumeDriver;
import dev.estiba.api.VolumeOptions;
import dev.estiba.engine.volume.VolumeNames;
import dev.estiba.linux.WithheldCalls;
import dev.estiba.oci.runtime.Mount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a person has asked to be mounted in a container; at each place one thing. */
final class OwnMounts {
    private static final BindOptions PLAIN = new BindOptions("", false, false, false, false);
    private static final VolumeOptions WHOLE = new VolumeOptions(false, Map.of(), "", Optional.empty());
    private static final String PRIVATE = "rprivate";
    /** What Docker shows of a volume of which no mode was said. */
    private static final String USUAL_MODE = "z";

    private final String id;
    private final String driver;
    private final Map<String, Entry> own = new LinkedHashMap<>();

    /** Something that is mounted. */
    private record Entry(
            Mount mount,
            Optional<MountPlan.Source> source,
            Optional<MountPoint> point,
            Optional<VolumeMount> volume,
            boolean isInherited) {}

    /**
     * @param id of the container
     * @param driver of volumes that are named by {@code -v}
     */
    OwnMounts(String id, String driver) {
        this.id = id;
        this.driver = driver;
    }

    /** {@code -v}. */
    void bind(String text) throws ApiException {
        BindText bind = BindText.parse(text);
        String target = MountPlan.absolute(bind.target());
        if (!bind.isOfHost()) {
            String prefix = "invalid volume specification: '" + text + "': invalid mount config for type \"volume\": ";
            refuse(target.equals("/"), prefix + "invalid specification: destination can't be '/'");
            refuse(!bind.propagation().isEmpty(), prefix + "field BindOptions must not be specified");
            VolumeNames.check(bind.source());
            VolumeMount.refuseKernels(target, target);
            List<String> options = new ArrayList<>(List.of("rbind"));
            options.addAll(bind.more());
            options.add(PRIVATE);
            add(
                    new VolumeMount(
                            new VolumeCreateRequest(driver, Map.of(), Map.of(), bind.source()),
                            target,
                            false,
                            bind.copies(),
                            bind.isReadOnly(),
                            "",
                            options,
                            bind.mode().isEmpty() ? USUAL_MODE : bind.mode()),
                    false);
            return;
        }
        refuse(
                !bind.copies(),
                "invalid volume specification: '" + text
                        + "': invalid mount config for type \"bind\": field VolumeOptions must not be specified");
        String source = MountPlan.absolute(bind.source());
        String propagation = bind.propagation().isEmpty() ? PRIVATE : bind.propagation();
        List<String> options = new ArrayList<>(List.of("rbind"));
        options.addAll(bind.more());
        options.add(propagation);
        if (bind.isReadOnly()) {
            options.add("ro");
            readOnlyDeep(options);
        }
        add(
                new Mount(target, "bind", source, options),
                Optional.of(new MountPlan.Source(source, true)),
                Optional.of(
                        new MountPoint("bind", "", source, target, "", bind.mode(), !bind.isReadOnly(), propagation)));
    }

    /** {@code --tmpfs}. */
    void tmpfs(Mount mount) throws ApiException {
        add(mount, Optional.empty(), Optional.empty());
    }

    /** {@code VOLUME} and {@code -v PATH}: nothing, where something is mounted already. */
    void anonymous(VolumeMount volume) throws ApiException {
        if (!own.containsKey(volume.target())) {
            add(volume, false);
        }
    }

    /** {@code --volumes-from}: what the container itself wants in that place comes instead. */
    void inherit(dev.estiba.api.Mount mount) throws ApiException {
        own.remove(MountPlan.absolute(mount.target()));
        mount(mount, true);
    }

    /** {@code --mount}. */
    void mount(dev.estiba.api.Mount mount) throws ApiException {
        mount(mount, false);
    }

    private void mount(dev.estiba.api.Mount mount, boolean isInherited) throws ApiException {
        String prefix = "invalid mount config for type \"" + mount.type() + "\": ";
        refuse(mount.target().isEmpty(), prefix + "field Target must not be empty");
        refuse(
                !mount.target().startsWith("/"),
                prefix + "invalid mount path: '" + mount.target() + "' mount path must be absolute");
        String target = MountPlan.absolute(mount.target());
        refuse(target.equals("/"), prefix + "invalid specification: destination can't be '/'");
        switch (mount.type()) {
            case "bind" -> bind(mount, target, prefix, isInherited);
            case "tmpfs" -> tmpfs(mount, target, prefix, isInherited);
            case "volume" -> volume(mount, target, prefix, isInherited);
            case ImageMount.TYPE -> image(mount, target, prefix, isInherited);
            case "cluster", "npipe" ->
                throw ApiException.notImplemented("mounts of type " + mount.type() + " are not built yet");
            default ->
                throw ApiException.badRequest(
                        "invalid mount config for type \"" + mount.type() + "\": mount type unknown");
        }
    }

    private void tmpfs(dev.estiba.api.Mount mount, String target, String prefix, boolean isInherited)
            throws ApiException {
        refuse(!mount.source().isEmpty(), prefix + "field Source must not be specified");
        refuse(mount.bindOptions().isPresent(), prefix + "field BindOptions must not be specified");
        refuse(mount.volumeOptions().isPresent(), prefix + "field VolumeOptions must not be specified");
        add(new Entry(
                new Mount(target, "tmpfs", "tmpfs", MountPlan.tmpfs(mount)),
                Optional.empty(),
                Optional.of(new MountPoint("tmpfs", "", "", target, "", "", !mount.readOnly(), "")),
                Optional.empty(),
                isInherited));
    }

    private void image(dev.estiba.api.Mount mount, String target, String prefix, boolean isInherited)
            throws ApiException {
        refuse(mount.source().isEmpty(), prefix + "field Source must not be empty");
        refuse(mount.bindOptions().isPresent(), prefix + "field BindOptions must not be specified");
        refuse(mount.volumeOptions().isPresent(), prefix + "field VolumeOptions must not be specified");
        refuse(mount.tmpfsOptions().isPresent(), prefix + "field TmpfsOptions must not be specified");
        if (mount.imageOptions().filter(each -> !each.subpath().isEmpty()).isPresent()) {
            throw ApiException.notImplemented("not built yet: a part of an image (image-subpath)");
        }
        VolumeMount.refuseKernels(target, target);
        add(new Entry(
                new Mount(target, ImageMount.TYPE, mount.source(), List.of()),
                Optional.empty(),
                Optional.of(new MountPoint(ImageMount.TYPE, "", mount.source(), target, "", "", false, "")),
                Optional.empty(),
                isInherited));
    }

    private void volume(dev.estiba.api.Mount mount, String target, String prefix, boolean isInherited)
            throws ApiException {
        refuse(mount.bindOptions().isPresent(), prefix + "field BindOptions must not be specified");
        refuse(mount.tmpfsOptions().isPresent(), prefix + "field TmpfsOptions must not be specified");
        boolean isUnnamed = mount.source().isEmpty();
        refuse(isUnnamed && mount.readOnly(), prefix + "must not set ReadOnly mode when using anonymous volumes");
        VolumeMount.refuseKernels(target, target);
        VolumeOptions options = mount.volumeOptions().orElse(WHOLE);
        refuse(!isLocal(options.subpath()), prefix + "subpath must be a relative path within the volume");
        VolumeDriver maker = options.driverConfig().orElse(new VolumeDriver("", Map.of()));
        boolean isOwn = isUnnamed || isInherited && options.labels().containsKey(VolumeNames.ANONYMOUS);
        VolumeCreateRequest wanted = isUnnamed
                ? VolumeMount.unnamed(id, target, maker.name(), maker.options(), options.labels())
                : new VolumeCreateRequest(
                        maker.name(), maker.options(), options.labels(), VolumeNames.check(mount.source()));
        VolumeMount volume = new VolumeMount(
                wanted,
                target,
                isOwn,
                !options.noCopy() && options.subpath().isEmpty(),
                mount.readOnly(),
                options.subpath(),
                List.of("rbind", PRIVATE),
                isInherited ? "" : USUAL_MODE);
        add(volume, isInherited);
    }

    /** What is mounted in it as well, as Docker does since 25, where the kernel has a call for that. */
    static void readOnlyDeep(List<String> options) {
        if (!WithheldCalls.here().mountSetattr() && !WithheldCalls.here().openTree()) {
            options.add("rro");
        }
    }

    /** Go's filepath.IsLocal: it stays beneath where it begins, as a text. Where its links lead is seen when it is opened. */
    private static boolean isLocal(String path) {
        int depth = 0;
        for (String part : path.split("/")) {
            depth += part.equals("..") ? -1 : part.isEmpty() || part.equals(".") ? 0 : 1;
            if (depth < 0) {
                return false;
            }
        }
        return !path.startsWith("/") && path.indexOf('\0') < 0;
    }

    private void bind(dev.estiba.api.Mount mount, String target, String prefix, boolean isInherited)
            throws ApiException {
        refuse(mount.source().isEmpty(), prefix + "field Source must not be empty");
        refuse(
                !mount.source().startsWith("/"),
                prefix + "invalid mount path: '" + mount.source() + "' mount path must be absolute");
        refuse(mount.volumeOptions().isPresent(), prefix + "field VolumeOptions must not be specified");
        refuse(mount.tmpfsOptions().isPresent(), prefix + "field TmpfsOptions must not be specified");
        BindOptions bind = mount.bindOptions().orElse(PLAIN);
        String source = MountPlan.absolute(mount.source());
        String propagation = bind.propagation().isEmpty() ? PRIVATE : bind.propagation();
        refuse(!BindText.PROPAGATION.contains(propagation), prefix + "invalid propagation mode: " + propagation);
        refuse(
                bind.readOnlyNonRecursive() && bind.readOnlyForceRecursive(),
                prefix + "BindOptions.ReadOnlyNonRecursive and ReadOnlyForceRecursive exclude each other");
        List<String> options = new ArrayList<>();
        options.add(bind.nonRecursive() ? "bind" : "rbind");
        options.add(propagation);
        if (mount.readOnly()) {
            options.add("ro");
            if (bind.readOnlyForceRecursive()) {
                options.add("rro");
            } else if (!bind.readOnlyNonRecursive() && !bind.nonRecursive()) {
                readOnlyDeep(options);
            }
        }
        add(new Entry(
                new Mount(target, "bind", source, options),
                Optional.of(new MountPlan.Source(source, bind.createMountpoint())),
                Optional.of(new MountPoint("bind", "", source, target, "", "", !mount.readOnly(), propagation)),
                Optional.empty(),
                isInherited));
    }

    private void add(VolumeMount volume, boolean isInherited) throws ApiException {
        add(new Entry(volume.mount(""), Optional.empty(), Optional.empty(), Optional.of(volume), isInherited));
    }

    private void add(Mount mount, Optional<MountPlan.Source> source, Optional<MountPoint> point) throws ApiException {
        add(new Entry(mount, source, point, Optional.empty(), false));
    }

    private void add(Entry entry) throws ApiException {
        String target = entry.mount().destination();
        refuse(target.equals("/"), "invalid specification: destination can't be '/'");
        Entry there = own.get(target);
        refuse(there != null && !there.isInherited(), "Duplicate mount point: " + target);
        own.remove(target); // it comes where it would have come
        own.put(target, entry);
    }

    private static void refuse(boolean wrong, String sentence) throws ApiException {
        if (wrong) {
            throw ApiException.badRequest(sentence);
        }
    }

    Set<String> targets() {
        return own.keySet();
    }

    List<Mount> mounts() {
        return own.values().stream().map(Entry::mount).toList();
    }

    List<MountPlan.Source> sources() {
        return own.values().stream().flatMap(entry -> entry.source().stream()).toList();
    }

    List<MountPoint> points() {
        return own.values().stream().flatMap(entry -> entry.point().stream()).toList();
    }

    List<VolumeMount> volumes() {
        return own.values().stream().flatMap(entry -> entry.volume().stream()).toList();
    }

    /** As {@link MountPlan#lent}: moby, daemon/volumes.go, registerMountPoints. */
    static List<dev.estiba.api.Mount> lent(MountPlan plan, HostConfig host, boolean isReadOnly) {
        Stream<dev.estiba.api.Mount> volumes = plan.volumes().stream()
                .map(volume -> dev.estiba.api.Mount.builder()
                        .type("volume")
                        .source(volume.name())
                        .target(volume.target())
                        .readOnly(volume.isReadOnly() || isReadOnly)
                        .volumeOptions(new VolumeOptions(
                                true,
                                volume.isOwn() ? Map.of(VolumeNames.ANONYMOUS, "") : Map.of(),
                                volume.subpath(),
                                Optional.empty()))
                        .build());
        Stream<dev.estiba.api.Mount> others = plan.points().stream().map(point -> {
            dev.estiba.api.Mount.Builder mount = dev.estiba.api.Mount.builder()
                    .type(point.type())
                    .source(point.source())
                    .target(point.destination())
                    .readOnly(!point.isWritable() || isReadOnly);
            if (point.type().equals("tmpfs")) {
                mount.tmpfsOptions(tmpfsOptions(host, point.destination()));
            } else if (point.type().equals("bind")) {
                mount.bindOptions(new BindOptions(point.propagation(), false, true, false, false));
            }
            return mount.build();
        });
        return Stream.concat(volumes, others).toList();
    }

    private static TmpfsOptions tmpfsOptions(HostConfig host, String target) {
        return host.mounts().stream()
                .filter(mount -> mount.type().equals("tmpfs") && mount.target().equals(target))
                .flatMap(mount -> mount.tmpfsOptions().stream())
                .findFirst()
                .orElse(new TmpfsOptions(0, 0, List.of()));
    }
}
