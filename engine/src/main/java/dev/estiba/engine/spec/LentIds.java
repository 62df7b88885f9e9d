package dev.estiba.engine.spec;

import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.runtime.IdMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ids of an ordinary user's containers: the user is their root, and the others are what /etc/subuid and /etc/subgid lend
 * (subuid(5)).
 *
 * @param uids by which newuidmap(1), or the kernel for the first alone, maps them
 * @param gids the same for groups
 */
public record LentIds(List<IdMapping> uids, List<IdMapping> gids) {
    private static final Path TOOL = Path.of("/usr/bin/newuidmap");
    private static final int PARTS = 3;

    public LentIds {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** Of this process's user; empty when that is root, who needs none. */
    static Optional<LentIds> own() throws IOException {
        ProcessFacts.Self self = ProcessFacts.self();
        if (self.uid() == 0) {
            return Optional.empty();
        }
        String name = name(self.uid());
        List<IdMapping> uids = mappings(self.uid(), lent("/etc/subuid", name, self.uid()));
        List<IdMapping> gids = mappings(self.gid(), lent("/etc/subgid", name, self.uid()));
        boolean both = uids.size() > 1 && gids.size() > 1 && Files.isExecutable(TOOL);
        return Optional.of(
                both
                        ? new LentIds(uids, gids)
                        : new LentIds(mappings(self.uid(), List.of()), mappings(self.gid(), List.of())));
    }

    private static String name(long uid) throws IOException {
        for (String[] fields : lines("/etc/passwd")) {
            if (fields.length > 2 && fields[2].equals(Long.toString(uid))) {
                return fields[0];
            }
        }
        return "";
    }

    /** {@code NAME|UID:FIRST:COUNT}. */
    private static List<String[]> lent(String file, String name, long uid) throws IOException {
        return lines(file).stream()
                .filter(fields -> fields.length == PARTS
                        && ((!name.isEmpty() && fields[0].equals(name)) || fields[0].equals(Long.toString(uid)))
                        && fields[1].matches("[0-9]{1,10}")
                        && fields[2].matches("[1-9][0-9]{0,9}"))
                .toList();
    }

    private static List<IdMapping> mappings(long own, List<String[]> lent) {
        List<IdMapping> all = new ArrayList<>(List.of(new IdMapping(0, own, 1)));
        long next = 1;
        for (String[] range : lent) {
            long count = Long.parseLong(range[2]);
            all.add(new IdMapping(next, Long.parseLong(range[1]), count));
            next += count;
        }
        return all;
    }

    private static List<String[]> lines(String file) throws IOException {
        try {
            return Files.readAllLines(Path.of(file), StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.strip().split(":", -1))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }
}
