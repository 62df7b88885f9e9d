package dev.estiba.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A caller that is only told what to be, and remembers what it was told. */
public final class FakeCaller implements Caller {
    public List<String> arguments;
    public Map<String, String> environment = Map.of();
    public Path directory = Path.of("/");
    public Set<Integer> terminals = Set.of();
    public Optional<WindowSize> size = Optional.empty();
    public InputStream in = new ByteArrayInputStream(new byte[0]);
    public OutputStream out = new ByteArrayOutputStream();
    public final ByteArrayOutputStream err = new ByteArrayOutputStream();
    public final List<Boolean> raw = new ArrayList<>();
    public IntConsumer signals = signal -> {};
    public Consumer<WindowSize> resized = to -> {};
    public boolean isGone;
    public LocalFiles files = new FakeFiles();

    public FakeCaller(String... arguments) {
        this.arguments = List.of(arguments);
    }

    public String printed() {
        return ((ByteArrayOutputStream) out).toString(StandardCharsets.UTF_8);
    }

    public String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> arguments() {
        return arguments;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public OutputStream err() {
        return err;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return terminals.contains(descriptor);
    }

    @Override
    public Optional<WindowSize> windowSize() {
        return size;
    }

    @Override
    public void onResize(Consumer<WindowSize> listener) {
        resized = listener;
    }

    @Override
    public void onSignal(IntConsumer listener) {
        signals = listener;
    }

    @Override
    public void raw(boolean on) {
        raw.add(on);
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public InputStream open(String path) throws IOException {
        return Files.newInputStream(directory.resolve(path));
    }

    @Override
    public InputStream openRegular(String path) throws IOException {
        Path file = directory.resolve(path);
        if (Files.isDirectory(file)) {
            throw new IOException("read " + path + ": is a directory");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("read " + path + ": not a regular file");
        }
        return open(path);
    }

    @Override
    public String hostPath(String path) throws IOException {
        Path there = directory.resolve(path);
        // As the real one: what is not there is called as it is written.
        Path parent = there.getParent();
        return Files.exists(there) || parent == null
                ? there.toRealPath().toString()
                : Path.of(hostPath(parent.toString()))
                        .resolve(there.getFileName())
                        .toString();
    }

    @Override
    public LocalFiles files() {
        return files;
    }

    @Override
    public long uid() {
        return 0;
    }

    @Override
    public boolean gone() {
        return isGone;
    }

    @Override
    public void onGone(Runnable action) {
        if (isGone) {
            action.run();
        }
    }
}
