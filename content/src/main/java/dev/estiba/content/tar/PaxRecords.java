package dev.estiba.content.tar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The records of PAX headers, {@code LENGTH KEY=VALUE\n} each, of which of one key the last holds (POSIX, pax, "pax Header
 * Block"). Keys are kept as Latin-1 texts, which has a character for each byte; values are bytes.
 */
final class PaxRecords {
    static final PaxRecords NONE = new PaxRecords(Map.of(), List.of());

    private static final Set<String> TEXTS = Set.of("path", "linkpath", "uname", "gname");

    /** What a global header may say. */
    private static final Set<String> OF_ALL = Set.of("uid", "gid", "uname", "gname", "mtime", "atime", "ctime");

    private static final Set<String> OF_ONE =
            Set.of("path", "linkpath", "size", "SCHILY.realsize", "SCHILY.devmajor", "SCHILY.devminor");

    private static final List<String> OF_ONE_PREFIXES = List.of("GNU.sparse.", "SCHILY.xattr.", "LIBARCHIVE.xattr.");

    private final Map<String, byte[]> values;
    /** The values of GNU.sparse.offset and GNU.sparse.numbytes, which alternate: the one key whose repetition means something. */
    private final List<byte[]> sparse;

    private PaxRecords(Map<String, byte[]> values, List<byte[]> sparse) {
        this.values = values;
        this.sparse = sparse;
    }

    /**
     * Reads a header's content.
     *
     * @param segments how many segments of a sparse file there may be
     */
    static PaxRecords read(byte[] bytes, int segments) throws Flaw {
        Map<String, byte[]> values = new LinkedHashMap<>();
        List<byte[]> sparse = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = end(bytes, at);
            int space = indexOf(bytes, ' ', at, end);
            int equals = indexOf(bytes, '=', space + 1, end - 1);
            if (equals < 0 || equals == space + 1) {
                throw new Flaw("a record of its PAX header has no key");
            }
            String key = new String(bytes, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
            byte[] value = Arrays.copyOfRange(bytes, equals + 1, end - 1);
            check(key, value);
            if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
                if (key.endsWith("offset") != (sparse.size() % 2 == 0)) {
                    throw new Flaw("its sparse map has two offsets or two lengths in a row");
                }
                if (sparse.size() / 2 >= segments) {
                    throw new Flaw("it has more than " + segments + " segments");
                }
                sparse.add(value);
            } else {
                values.put(key, value);
            }
            at = end;
        }
        return new PaxRecords(values, sparse);
    }

    /** Where the record that begins here ends: its first word says so, and a newline must be there. */
    private static int end(byte[] bytes, int at) throws Flaw {
        int length = 0;
        int i = at;
        while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9' && length <= bytes.length) {
            length = length * 10 + bytes[i] - '0';
            i++;
        }
        if (i == at || i == bytes.length || bytes[i] != ' ') {
            throw new Flaw("a record of its PAX header does not begin with its length");
        }
        if (length > bytes.length - at || at + length - 1 <= i) {
            throw new Flaw("a record of its PAX header has a wrong length");
        }
        if (bytes[at + length - 1] != '\n') {
            throw new Flaw("a record of its PAX header does not end with a newline");
        }
        return at + length;
    }

    private static int indexOf(byte[] bytes, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static void check(String key, byte[] value) throws Flaw {
        if (key.indexOf(0) >= 0 || TEXTS.contains(key) && indexOf(value, 0, 0, value.length) >= 0) {
            throw new Flaw("a record of its PAX header has a NUL in it");
        }
    }

    /**
     * These, as global ones, with further global ones over them. Kept is only what holds for entries.
     *
     * <p>POSIX lets a global header say anything of all entries that follow. Nobody writes names, sizes or attributes there, GNU
     * tar obeys and Go ignores them, so that one archive would be two; and a million entries would each get the attributes of
     * one header. Refused. An owner or a time for all is as harmless as it is rare.
     *
     * @param limit of bytes that may be kept
     */
    PaxRecords with(PaxRecords further, int limit) throws Flaw {
        Map<String, byte[]> all = new LinkedHashMap<>(values);
        if (!further.sparse.isEmpty()) {
            throw new Flaw("a global header describes a sparse file");
        }
        for (Map.Entry<String, byte[]> one : further.values.entrySet()) {
            String key = one.getKey();
            if (OF_ONE.contains(key) || OF_ONE_PREFIXES.stream().anyMatch(key::startsWith)) {
                throw new Flaw("a global header sets " + TarBytes.owned(key.getBytes(StandardCharsets.ISO_8859_1))
                        + ", which can be of one entry only");
            }
            if (OF_ALL.contains(key)) {
                all.put(key, one.getValue());
            }
        }
        if (all.values().stream().mapToLong(value -> value.length).sum() > limit) {
            throw new Flaw("the global headers have more than " + limit + " bytes");
        }
        return new PaxRecords(all, List.of());
    }

    /** One entry's records, over global ones. An empty value means that the header block's holds, not the global one. */
    PaxRecords over(PaxRecords global) {
        if (global.values.isEmpty()) {
            return this;
        }
        Map<String, byte[]> all = new LinkedHashMap<>(global.values);
        all.putAll(values);
        return new PaxRecords(all, sparse);
    }

    /** The value of a key, if it has one that is not empty. */
    Optional<byte[]> get(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> value.length > 0);
    }

    /** All records by their keys; an extended attribute may be empty. */
    Map<String, byte[]> all() {
        return values;
    }

    /** Whether any word of a sparse file is there. */
    boolean hasSparse() {
        return !sparse.isEmpty() || values.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
    }

    /** Offsets and lengths in turns. */
    List<byte[]> sparse() {
        return sparse;
    }
}
