package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which processors and nodes of memory a container asks for, against those that there are; cpuset(7), "Formats for lists". The words are
 * dockerd's (moby, daemon: verifyPlatformContainerResources).
 */
final class CpuSets {
    private static final int LARGEST = 8192;
    private static final Pattern NUMBER = Pattern.compile("\\+?[0-9]{1,9}");

    private final Path groups;

    /** @param groups where the groups are mounted */
    CpuSets(Path groups) {
        this.groups = groups;
    }

    /** @throws ApiException 400 for a list that is none, and for what is not there. Where the kernel says nothing, nothing is refused. */
    void refuse(String processors, String nodes) throws IOException {
        refuse(processors, "cpus", "Requested CPUs");
        refuse(nodes, "mems", "Requested memory nodes");
    }

    private void refuse(String wanted, String what, String words) throws IOException {
        if (wanted.isEmpty()) {
            return;
        }
        BitSet asked = parse(wanted, what);
        Optional<String> present = present(what);
        if (present.isPresent()) {
            BitSet missing = (BitSet) asked.clone();
            missing.andNot(parse(present.get(), what));
            if (!missing.isEmpty()) {
                throw ApiException.badRequest(
                        words + " are not available - requested " + wanted + ", available: " + present.get());
            }
        }
    }

    /** Version 1 has a hierarchy for it; version 2 says what a group may really use. */
    private Optional<String> present(String what) throws IOException {
        for (Path file : List.of(
                groups.resolve("cpuset").resolve("cpuset." + what), groups.resolve("cpuset." + what + ".effective"))) {
            try {
                String text = Files.readString(file).strip();
                if (!text.isEmpty()) {
                    return Optional.of(text);
                }
            } catch (NoSuchFileException e) {
                // the other version, or a kernel without
            }
        }
        return Optional.empty();
    }

    private static BitSet parse(String list, String what) throws ApiException {
        BitSet numbers = new BitSet();
        for (String part : list.split(",", -1)) {
            String[] ends = part.split("-", 2);
            int first = number(ends[0], list, what);
            int last = number(ends[ends.length - 1], list, what);
            if (last < first) {
                throw malformed(list, what);
            }
            if (last > LARGEST) {
                throw ApiException.badRequest(
                        invalid(list, what) + "value of out range, maximum is " + LARGEST); // dockerd's word order
            }
            numbers.set(first, last + 1);
        }
        return numbers;
    }

    private static int number(String text, String list, String what) throws ApiException {
        if (!NUMBER.matcher(text).matches()) {
            throw malformed(list, what);
        }
        return Integer.parseInt(text);
    }

    private static ApiException malformed(String list, String what) {
        return ApiException.badRequest(invalid(list, what) + "invalid format: " + list);
    }

    private static String invalid(String list, String what) {
        return "Invalid value " + list + " for cpuset " + what + ": ";
    }
}
