package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A seccomp profile as it stood in its document: syntactically valid JSON that nobody has interpreted yet. A profile is
 * more than half of a usual configuration and the same in most of them, so whoever keeps compiled profiles looks one up
 * by these bytes and parses nothing. Equal when the bytes are equal.
 */
public final class SeccompSource {
    private static final Origin ORIGIN = new Origin("linux.seccomp", 1, 1);

    private final byte[] raw;
    private final Origin origin;
    private final int hash;

    /** Takes over {@code raw}. */
    SeccompSource(byte[] raw, Origin origin) {
        this.raw = raw;
        this.origin = origin;
        this.hash = hash(raw);
    }

    static SeccompSource read(Cursor in) throws DocumentException {
        Cursor.Part part = in.part();
        return new SeccompSource(part.bytes(), part.origin());
    }

    /** A checksum that is one instruction for eight bytes; Arrays.hashCode is a loop over bytes where C1 compiles. */
    private static int hash(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length);
        return (int) sum.getValue();
    }

    /** A source that {@link #parse} gives this profile back from. */
    public static SeccompSource of(Seccomp profile) {
        return new SeccompSource(ConfigWriter.write(profile, Layout.COMPACT), ORIGIN);
    }

    /** The JSON object from its opening to its closing brace; a copy that belongs to the caller. */
    public byte[] raw() {
        return raw.clone();
    }

    /**
     * Interprets the profile. Nothing is remembered: each call parses.
     *
     * @throws DocumentException when the profile is not what config-linux.md describes; line and column are those of the
     *     document that it came from
     */
    public Seccomp parse() throws DocumentException {
        return ConfigReader.readSeccomp(raw, origin);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeccompSource source && hash == source.hash && Arrays.equals(raw, source.raw);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "SeccompSource[" + raw.length + " bytes]";
    }
}
