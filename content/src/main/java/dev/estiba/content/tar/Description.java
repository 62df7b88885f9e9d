package dev.estiba.content.tar;

import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an entry's header blocks say of it together: PAX's records before the header's fields. GNU's long names and PAX's are
 * not mixed by any writer, and readers disagree about which holds, so both for one entry are refused.
 */
final class Description {
    private static final String SCHILY = "SCHILY.xattr.";
    private static final String LIBARCHIVE = "LIBARCHIVE.xattr.";

    private final TarHeader header;
    private final PaxRecords pax;
    private final Optional<TarBytes> longName;
    private final Optional<TarBytes> longLink;
    private final TarLimits limits;

    Description(
            TarHeader header,
            PaxRecords pax,
            Optional<TarBytes> longName,
            Optional<TarBytes> longLink,
            TarLimits limits) {
        this.header = header;
        this.pax = pax;
        this.longName = longName;
        this.longLink = longLink;
        this.limits = limits;
    }

    /** The name as it is said, for errors too: not checked yet. */
    TarBytes name() {
        return text("GNU.sparse.name", text("path", longName.orElseGet(header::name)));
    }

    private TarBytes text(String key, TarBytes otherwise) {
        return pax.get(key).map(TarBytes::owned).orElse(otherwise);
    }

    TarMetadata metadata() throws Flaw {
        if (longName.isPresent() && pax.get("path").isPresent()) {
            throw new Flaw("it has a long name of GNU's and one of PAX's");
        }
        TarBytes name = name();
        checkPath("its name", name);
        if (pax.get("ctime").isPresent()) {
            time("ctime", Instant.EPOCH);
        }
        return new TarMetadata(
                name,
                (int) (header.mode() & 07777),
                id("uid", "its owner's number", header.uid()),
                id("gid", "its group's number", header.gid()),
                bounded("its owner's name", text("uname", header.user())),
                bounded("its group's name", text("gname", header.group())),
                time("mtime", TarNumbers.instant("its time", header.modified(), 0)),
                pax.get("atime").isPresent() ? Optional.of(time("atime", Instant.EPOCH)) : Optional.empty(),
                attributes());
    }

    private void checkPath(String what, TarBytes path) throws Flaw {
        bounded(what, path);
        if (path.isEmpty() || path.has(0)) {
            throw new Flaw(what + (path.isEmpty() ? " is empty" : " has a NUL in it"));
        }
        int from = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.at(i) == '/') {
                if (i - from > limits.componentBytes()) {
                    throw new Flaw(what + " has a part of more than " + limits.componentBytes() + " bytes");
                }
                from = i + 1;
            }
        }
    }

    private TarBytes bounded(String what, TarBytes text) throws Flaw {
        if (text.length() > limits.nameBytes()) {
            throw new Flaw(what + " has " + text.length() + " bytes, where " + limits.nameBytes() + " may be");
        }
        return text;
    }

    /** Where a link leads. A symbolic one may say anything, a hard one names an entry. */
    TarBytes target(boolean isHard) throws Flaw {
        if (longLink.isPresent() && pax.get("linkpath").isPresent()) {
            throw new Flaw("it has a long target of GNU's and one of PAX's");
        }
        TarBytes target = text("linkpath", longLink.orElseGet(header::linkName));
        if (isHard) {
            checkPath("its target", target);
        } else if (bounded("its target", target).isEmpty()) {
            throw new Flaw("its target is empty");
        }
        return target;
    }

    private long id(String key, String what, long otherwise) throws Flaw {
        long id = number(key, what, otherwise);
        if (id < 0 || id > TarMetadata.LAST_ID) {
            throw new Flaw(what + " is " + id + ", beyond 0 to " + TarMetadata.LAST_ID);
        }
        return id;
    }

    private long number(String key, String what, long otherwise) throws Flaw {
        Optional<byte[]> value = pax.get(key);
        return value.isPresent() ? TarNumbers.decimal(what, value.get()) : otherwise;
    }

    private Instant time(String key, Instant otherwise) throws Flaw {
        Optional<byte[]> value = pax.get(key);
        return value.isPresent() ? TarNumbers.time("its " + key, value.get()) : otherwise;
    }

    /** How many bytes follow the header, if it is of a kind that has content. */
    long size() throws Flaw {
        long size = number("size", "its size", header.size());
        if (size < 0) {
            throw new Flaw("its size is negative");
        }
        return size;
    }

    /** star's word for the size of a sparse file. */
    long realSize(long otherwise) throws Flaw {
        return number("SCHILY.realsize", "its real size", otherwise);
    }

    /**
     * The sparse map that PAX records of GNU tar's describe (formats 0.0, 0.1 and 1.0), if they do.
     *
     * @param size of what is stored
     * @param blocks where that is read from: format 1.0 has its map there
     */
    Optional<SparseMap> sparse(long size, SparseMap.Blocks blocks) throws IOException, Flaw {
        if (!pax.hasSparse()) {
            return Optional.empty();
        }
        Optional<byte[]> record = pax.get("GNU.sparse.map");
        SparseMap map = new SparseMap(wholeSize(), limits.segments());
        if (pax.get("GNU.sparse.major").isPresent()) {
            long major = number("GNU.sparse.major", "its sparse format", 0);
            long minor = number("GNU.sparse.minor", "its sparse format", 0);
            if (major != 1 || minor != 0) {
                throw new Flaw("it is a sparse file of format " + major + "." + minor + ", which nobody knows");
            }
            map.readLines(blocks);
            return Optional.of(map);
        }
        if (record.isPresent()) {
            map.readRecord(record.get());
        } else if (!pax.sparse().isEmpty()) {
            map.readRecords(pax.sparse());
        } else {
            throw new Flaw("it is said to be sparse, and has no sparse map");
        }
        map.expect(number("GNU.sparse.numblocks", "the count of its sparse map", -1));
        return Optional.of(map);
    }

    /** The size of a sparse file with its holes, for which two keys are in use. */
    private long wholeSize() throws Flaw {
        long size = number("GNU.sparse.size", "its size", -1);
        long realSize = number("GNU.sparse.realsize", "its size", size);
        if (size >= 0 && size != realSize) {
            throw new Flaw("it is said to have " + size + " bytes, and " + realSize);
        }
        return realSize;
    }

    /**
     * Refuses what is sparse and no file, or has its map elsewhere. Readers would differ about its name.
     */
    void checkNotSparse() throws Flaw {
        if (pax.hasSparse()) {
            throw new Flaw("it has PAX's words of a sparse file, and is none");
        }
    }

    int major() throws Flaw {
        return device("SCHILY.devmajor", "its device's major number", header.major());
    }

    int minor() throws Flaw {
        return device("SCHILY.devminor", "its device's minor number", header.minor());
    }

    private int device(String key, String what, long otherwise) throws Flaw {
        long number = number(key, what, otherwise);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new Flaw(what + " is " + number + ", beyond 0 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    /** star's and GNU tar's records hold before libarchive's, which writes both. */
    private LinkedHashMap<TarBytes, TarBytes> attributes() throws Flaw {
        LinkedHashMap<TarBytes, TarBytes> all = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> one : pax.all().entrySet()) {
            if (one.getKey().startsWith(SCHILY)) {
                put(all, PaxEscapes.decodeKey(one.getKey().substring(SCHILY.length())), one.getValue());
            }
        }
        for (Map.Entry<String, byte[]> one : pax.all().entrySet()) {
            if (one.getKey().startsWith(LIBARCHIVE)) {
                TarBytes name = PaxEscapes.decodeUrl(one.getKey().substring(LIBARCHIVE.length()));
                if (!all.containsKey(name)) {
                    put(all, name, base64(one.getValue()));
                }
            }
        }
        return all;
    }

    private static byte[] base64(byte[] text) throws Flaw {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new Flaw("the value of one of its attributes is no base 64");
        }
    }

    private void put(Map<TarBytes, TarBytes> all, TarBytes name, byte[] value) throws Flaw {
        if (name.isEmpty() || name.has(0) || name.length() > limits.attributeNameBytes()) {
            throw new Flaw("the name of one of its attributes is " + name);
        }
        if (value.length > limits.attributeBytes()) {
            throw new Flaw("its attribute " + name + " has " + value.length + " bytes, where " + limits.attributeBytes()
                    + " may be");
        }
        if (all.size() == limits.attributes()) {
            throw new Flaw("it has more than " + limits.attributes() + " attributes");
        }
        all.put(name, TarBytes.owned(value));
    }
}
