package dev.estiba.cli.create;

import dev.estiba.api.BindOptions;
import dev.estiba.api.ImageOptions;
import dev.estiba.api.Mount;
import dev.estiba.api.TmpfsOptions;
import dev.estiba.api.VolumeDriver;
import dev.estiba.api.VolumeOptions;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Numbers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One {@code --mount}: fields with {@code =}, separated by commas. */
final class MountFlag {
    private final Path directory;
    private final Mount.Builder mount = Mount.builder();
    private String type = "volume";
    private boolean hasTarget;
    private boolean isReadOnly;

    private boolean hasBind;
    private String propagation = "";
    private boolean isNonRecursive;
    private boolean isReadOnlyNonRecursive;
    private boolean isReadOnlyForceRecursive;

    private boolean hasVolume;
    private boolean isNoCopy;
    private String volumeSubpath = "";
    private final Map<String, String> labels = new LinkedHashMap<>();
    private Optional<String> driver = Optional.empty();
    private final Map<String, String> driverOptions = new LinkedHashMap<>();

    private Optional<String> imageSubpath = Optional.empty();

    private boolean hasTmpfs;
    private long size;
    private long mode;

    private MountFlag(Path directory) {
        this.directory = directory;
    }

    /** Only whether it makes sense: the flag is read once more when the caller's directory is known. */
    static String check(String value) throws BadValue {
        read(value, Path.of("/"));
        return value;
    }

    /** @param directory what a source that begins with a dot is relative to */
    static Mount read(String value, Path directory) throws BadValue {
        String text = value.strip();
        if (text.isEmpty()) {
            throw new BadValue("value is empty");
        }
        MountFlag flag = new MountFlag(directory);
        for (String field : Csv.fields(text)) {
            flag.field(field);
        }
        return flag.build();
    }

    private void field(String field) throws BadValue {
        Pair pair = Pair.cut(field, '=');
        String key = pair.before().toLowerCase(Locale.ROOT);
        if (!pair.isCut()) {
            lonelyKey(key, field);
            return;
        }
        String value = pair.after();
        switch (key) {
            case "type" -> type = value.toLowerCase(Locale.ROOT);
            case "source", "src" -> mount.source(absolute(value));
            case "target", "dst", "destination" -> {
                mount.target(value);
                hasTarget = !value.isEmpty();
            }
            case "readonly", "ro" -> isReadOnly = bool(key, value);
            case "consistency" -> mount.consistency(value.toLowerCase(Locale.ROOT));
            case "image-subpath" -> imageSubpath = Optional.of(value);
            default -> {
                if (key.startsWith("bind-")) {
                    bindField(key, value, field);
                } else if (key.startsWith("volume-")) {
                    volumeField(key, value, field);
                } else {
                    tmpfsField(key, value, field);
                }
            }
        }
    }

    private void lonelyKey(String key, String field) throws BadValue {
        switch (key) {
            case "readonly", "ro" -> isReadOnly = true;
            case "volume-nocopy" -> {
                hasVolume = true;
                isNoCopy = true;
            }
            case "bind-nonrecursive" -> {
                hasBind = true;
                isNonRecursive = true;
            }
            default -> throw new BadValue("invalid field '" + field + "' must be a key=value pair");
        }
    }

    private String absolute(String source) {
        boolean isRelative = source.startsWith("./") || source.equals(".");
        return isRelative ? directory.resolve(source).normalize().toString() : source;
    }

    private void bindField(String key, String value, String field) throws BadValue {
        hasBind = true;
        switch (key) {
            case "bind-propagation" -> propagation = value.toLowerCase(Locale.ROOT);
            case "bind-nonrecursive" -> isNonRecursive = bool(key, value);
            case "bind-recursive" -> {
                switch (value) {
                    case "enabled" -> {}
                    case "disabled" -> isNonRecursive = true;
                    case "writable" -> isReadOnlyNonRecursive = true;
                    case "readonly" -> isReadOnlyForceRecursive = true;
                    default ->
                        throw new BadValue("invalid value for " + key + ": " + value
                                + " (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")");
                }
                hasBind = !value.equals("enabled") || isBindSaid();
            }
            default -> throw unexpected(key, field);
        }
    }

    private boolean isBindSaid() {
        return !propagation.isEmpty() || isNonRecursive || isReadOnlyNonRecursive || isReadOnlyForceRecursive;
    }

    private void volumeField(String key, String value, String field) throws BadValue {
        hasVolume = true;
        switch (key) {
            case "volume-subpath" -> volumeSubpath = value;
            case "volume-nocopy" -> isNoCopy = bool(key, value);
            case "volume-label" -> put(labels, value);
            case "volume-driver" -> driver = Optional.of(value);
            case "volume-opt" -> put(driverOptions, value);
            default -> throw unexpected(key, field);
        }
    }

    private static void put(Map<String, String> map, String value) {
        Pair pair = Pair.cut(value, '=');
        if (!pair.before().isEmpty()) {
            map.put(pair.before(), pair.after());
        }
    }

    private void tmpfsField(String key, String value, String field) throws BadValue {
        hasTmpfs = true;
        try {
            switch (key) {
                case "tmpfs-size" -> size = Long.parseLong(Numbers.bytes(value));
                case "tmpfs-mode" -> mode = Integer.parseUnsignedInt(value, 8) & 0xffff_ffffL;
                default -> throw unexpected(key, field);
            }
        } catch (NumberFormatException e) {
            throw new BadValue("invalid value for " + key + ": " + value);
        } catch (BadValue e) {
            throw key.equals("tmpfs-size") ? new BadValue("invalid value for " + key + ": " + value) : e;
        }
    }

    private static BadValue unexpected(String key, String field) {
        return new BadValue("unexpected key '" + key + "' in '" + field + "'");
    }

    private static boolean bool(String key, String value) throws BadValue {
        try {
            return Numbers.bool(value).equals("true");
        } catch (BadValue e) {
            throw new BadValue("invalid value for " + key + ": " + value);
        }
    }

    private Mount build() throws BadValue {
        mount.type(type).readOnly(isReadOnly);
        if (type.isEmpty()) {
            throw new BadValue("type is required");
        }
        if (!hasTarget) {
            throw new BadValue("target is required");
        }
        if (hasVolume) {
            only("volume");
            boolean hasDriver = driver.isPresent() || !driverOptions.isEmpty();
            mount.volumeOptions(new VolumeOptions(
                    isNoCopy,
                    labels,
                    volumeSubpath,
                    hasDriver ? Optional.of(new VolumeDriver(driver.orElse(""), driverOptions)) : Optional.empty()));
        }
        if (imageSubpath.isPresent()) {
            only("image");
            mount.imageOptions(new ImageOptions(imageSubpath.get()));
        }
        if (hasBind) {
            only("bind");
            mount.bindOptions(bindOptions());
        }
        if (hasTmpfs) {
            only("tmpfs");
            mount.tmpfsOptions(new TmpfsOptions(size, mode, List.of()));
        }
        return mount.build();
    }

    private void only(String kind) throws BadValue {
        if (!type.equals(kind)) {
            throw new BadValue("cannot mix '" + kind + "-*' options with mount type '" + type + "'");
        }
    }

    private BindOptions bindOptions() throws BadValue {
        if (isReadOnlyNonRecursive && !isReadOnly) {
            throw new BadValue("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
        }
        if (isReadOnlyForceRecursive && !isReadOnly) {
            throw new BadValue("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
        }
        if (isReadOnlyForceRecursive && !propagation.equals("rprivate")) {
            throw new BadValue("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate'"
                    + " to be specified in conjunction");
        }
        return new BindOptions(propagation, isNonRecursive, false, isReadOnlyNonRecursive, isReadOnlyForceRecursive);
    }
}
