package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import dev.estiba.engine.spec.StorageSize;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a local volume is, by the options of Docker's driver: {@code type}, {@code device} and {@code o}, as mount(8) has them, or {@code size}. */
sealed interface LocalOptions {
    Set<String> OF_BINDS = Set.of("bind", "rbind", "rw", "defaults", "private", "rprivate");

    /** Of the network: whom they stand for is asked by programs of theirs. */
    Set<String> FOREIGN = Set.of("nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse");

    /**
     * A directory of the engine's own.
     *
     * @param size how many bytes may be written there; 0: as many as there are
     */
    record Own(long size) implements LocalOptions {}

    /** A directory of the host. */
    record Bind(String directory, boolean recursive) implements LocalOptions {}

    /** A file system, which is mounted as long as a container that runs wants it. */
    record FileSystem(String type, String device, List<String> options) implements LocalOptions {
        public FileSystem {
            options = List.copyOf(options);
        }
    }

    /**
     * @param name of the volume, for refusals
     * @throws ApiException 400 in Docker's words for what makes no sense, 501 for what is not built yet
     */
    static LocalOptions of(String name, Map<String, String> options) throws ApiException {
        String prefix = "create " + name + ": ";
        if (options.isEmpty()) {
            return new Own(0);
        }
        for (String option : options.keySet()) {
            switch (option) {
                case "type", "device", "o", StorageSize.OPTION -> {}
                default -> throw ApiException.badRequest(prefix + "invalid option: \"" + option + "\"");
            }
        }
        if (options.keySet().equals(Set.of(StorageSize.OPTION))) {
            return new Own(size(prefix, options.getOrDefault(StorageSize.OPTION, "")));
        }
        if (options.containsKey(StorageSize.OPTION)) {
            throw ApiException.badRequest(
                    prefix + "size= limits a directory of the engine's own, and this volume is none");
        }
        for (String option : List.of("device", "type")) {
            if (!options.containsKey(option)) {
                throw ApiException.badRequest(prefix + "missing required option: \"" + option + "\"");
            }
        }
        String type = options.getOrDefault("type", "");
        String device = options.getOrDefault("device", "");
        List<String> said = Stream.of(options.getOrDefault("o", "").split(","))
                .filter(option -> !option.isEmpty())
                .toList();
        boolean recursive = said.contains("rbind");
        if (recursive || said.contains("bind")) {
            if (!device.startsWith("/")) {
                throw ApiException.badRequest(
                        prefix + "the directory of a bind is an absolute path, and not " + device);
            }
            for (String option : said) {
                if (!OF_BINDS.contains(option)) {
                    throw ApiException.notImplemented("not built yet: the option " + option
                            + " of a volume that is a directory of the host (o=" + options.getOrDefault("o", "")
                            + "): say it where the volume is mounted");
                }
            }
            return new Bind(device, recursive);
        }
        if (FOREIGN.contains(type)) {
            throw ApiException.notImplemented("not built yet: volumes of type " + type);
        }
        return new FileSystem(type, device, said);
    }

    private static long size(String prefix, String text) throws ApiException {
        try {
            return StorageSize.parse(text);
        } catch (ApiException e) {
            throw ApiException.badRequest(prefix + e.message());
        }
    }
}
