package dev.estiba.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files that are only said to be there; what is packed is its name. */
final class FakeFiles implements LocalFiles {
    final Map<String, Kind> kinds = new HashMap<>(Map.of("/", Kind.DIRECTORY));
    final Map<String, String> links = new HashMap<>();
    final List<String> calls = new ArrayList<>();

    private String plain(String path) {
        String plain = path.endsWith("/.") ? path.substring(0, path.length() - 2) : path;
        while (plain.length() > 1 && plain.endsWith("/")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        return plain.isEmpty() ? "/" : plain;
    }

    @Override
    public Optional<Kind> kind(String path, boolean follow) {
        String plain = plain(path);
        return Optional.ofNullable(kinds.get(follow || !plain.equals(path) ? resolve(path) : plain));
    }

    @Override
    public String readLink(String path) {
        return links.get(path);
    }

    @Override
    public String resolve(String path) {
        String plain = plain(path);
        return links.getOrDefault(plain, plain);
    }

    @Override
    public void pack(String directory, String name, String as, OutputStream to) throws IOException {
        to.write(("pack " + directory + " " + name + " " + as).getBytes(StandardCharsets.UTF_8));
        to.close();
    }

    @Override
    public synchronized void unpack(InputStream archive, String directory, String from, String as) throws IOException {
        String text = new String(archive.readAllBytes(), StandardCharsets.UTF_8);
        calls.add("unpack " + text + " " + directory + " " + from + " " + as);
    }
}
