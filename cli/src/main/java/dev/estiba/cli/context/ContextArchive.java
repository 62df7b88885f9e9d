package dev.estiba.cli.context;

import dev.estiba.cli.template.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** A context as the archive that {@code context export} writes and {@code context import} reads: ustar, as Docker's. */
public final class ContextArchive {
    private static final int BLOCK = 512, NAME = 100, SIZE_AT = 124, KIND_AT = 156, CHECKSUM_AT = 148;
    private static final int LARGEST = 10 << 20;
    private static final String META = "meta.json", TLS = "tls/docker/";

    private ContextArchive() {}

    public static byte[] write(StoredContext context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entry(out, META, 0644, Tree.write(ContextStore.document(context)));
        if (!context.tls().isEmpty()) {
            entry(out, "tls/", 0700, "");
            entry(out, TLS, 0700, "");
            context.tls().byName().forEach((name, text) -> entry(out, TLS + name, 0600, text));
        }
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    /** POSIX.1-2001, pax, "ustar Interchange Format". */
    private static void entry(ByteArrayOutputStream out, String name, int mode, String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = new byte[BLOCK];
        put(head, 0, name);
        put(head, 100, octal(mode, 7));
        put(head, 108, octal(0, 7));
        put(head, 116, octal(0, 7));
        put(head, SIZE_AT, octal(content.length, 11));
        put(head, 136, octal(0, 11));
        put(head, CHECKSUM_AT, "        ");
        head[KIND_AT] = (byte) (name.endsWith("/") ? '5' : '0');
        put(head, 257, "ustar\00000");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, CHECKSUM_AT, octal(sum, 6) + "\0 ");
        out.writeBytes(head);
        out.writeBytes(content);
        out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static String octal(long number, int digits) {
        String text = Long.toOctalString(number);
        return "0".repeat(digits - text.length()) + text;
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }

    /**
     * What is in an archive, under another name. It comes from somebody else: only these few names count, and none of them is a path
     * of this machine.
     */
    public static StoredContext read(String name, InputStream from) throws IOException {
        byte[] all = from.readNBytes(LARGEST + 1);
        if (all.length > LARGEST) {
            throw new IOException("it has more than 10 MiB, and no context has");
        }
        if (all.length > 1 && all[0] == 'P' && all[1] == 'K') {
            throw new IOException("archives of zip are not built; 'context export' writes tar");
        }
        Map<String, String> files = files(all);
        try {
            Object tree = Tree.read(Optional.ofNullable(files.get(META))
                    .orElseThrow(() -> new IOException("there is no " + META + " in it"))
                    .getBytes(StandardCharsets.UTF_8));
            Object description = Tree.at(tree, "Metadata", "Description");
            Object host = Tree.at(tree, "Endpoints", "docker", "Host");
            return new StoredContext(
                    name,
                    description instanceof String words ? words : "",
                    host instanceof String address ? address : "",
                    Tree.at(tree, "Endpoints", "docker", "SkipTLSVerify").equals(true),
                    new TlsFiles(
                            Optional.ofNullable(files.get(TLS + TlsFiles.CA)),
                            Optional.ofNullable(files.get(TLS + TlsFiles.CERT)),
                            Optional.ofNullable(files.get(TLS + TlsFiles.KEY))));
        } catch (JacksonException e) {
            throw new IOException(META + " in it is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, String> files(byte[] all) throws IOException {
        Map<String, String> files = new HashMap<>();
        int at = 0;
        while (at + BLOCK <= all.length && all[at] != 0) {
            String name = text(all, at, NAME);
            long size = size(text(all, at + SIZE_AT, 12).strip());
            at += BLOCK;
            if (size > all.length - at) {
                throw new IOException("it ends within " + name);
            }
            files.put(name, new String(all, at, (int) size, StandardCharsets.UTF_8));
            at += (int) ((size + BLOCK - 1) / BLOCK * BLOCK);
        }
        return files;
    }

    private static long size(String octal) throws IOException {
        if (!octal.matches("[0-7]{1,11}")) {
            throw new IOException("it is no archive of tar");
        }
        return Long.parseLong(octal, 8);
    }

    private static String text(byte[] all, int at, int most) {
        byte[] field = Arrays.copyOfRange(all, at, at + most);
        int end = 0;
        while (end < most && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8);
    }
}
