package dev.estiba.cli.foresight;

import dev.estiba.cli.Caller;
import dev.estiba.cli.LocalFiles;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.remote.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A caller whose files and terminal are left alone, who says yes to what he is asked, and does not hear what was done. */
final class ForeseeingCaller implements Caller {
    private final Caller caller;
    private final Plan plan;
    private final InputStream yes = new ByteArrayInputStream("y\n".getBytes(StandardCharsets.US_ASCII));

    ForeseeingCaller(Caller caller, Plan plan) {
        this.caller = caller;
        this.plan = plan;
    }

    @Override
    public List<String> arguments() {
        return caller.arguments();
    }

    @Override
    public Map<String, String> environment() {
        return caller.environment();
    }

    @Override
    public OutputStream out() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public OutputStream err() {
        return caller.err();
    }

    @Override
    public InputStream in() {
        return yes;
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return caller.isTerminal(descriptor);
    }

    @Override
    public Optional<WindowSize> windowSize() {
        return caller.windowSize();
    }

    @Override
    public void onResize(Consumer<WindowSize> listener) {
        // Nothing has a size here.
    }

    @Override
    public void onSignal(IntConsumer listener) {
        // There is nobody to pass one on to.
    }

    @Override
    public void raw(boolean on) {
        // What is typed is not read.
    }

    @Override
    public Path directory() {
        return caller.directory();
    }

    @Override
    public InputStream open(String path) throws IOException {
        return caller.open(path);
    }

    @Override
    public InputStream openRegular(String path) throws IOException {
        return caller.openRegular(path);
    }

    @Override
    public String hostPath(String path) throws IOException {
        return caller.hostPath(path);
    }

    @Override
    public LocalFiles files() {
        return new Files(caller.files(), plan);
    }

    @Override
    public Wire program(List<String> command) throws IOException {
        return caller.program(command);
    }

    @Override
    public long uid() {
        return caller.uid();
    }

    @Override
    public boolean gone() {
        return caller.gone();
    }

    @Override
    public void onGone(Runnable action) {
        caller.onGone(action);
    }

    /** They are read. */
    private record Files(LocalFiles files, Plan plan) implements LocalFiles {
        @Override
        public Optional<Kind> kind(String path, boolean follow) throws IOException {
            return files.kind(path, follow);
        }

        @Override
        public String readLink(String path) throws IOException {
            return files.readLink(path);
        }

        @Override
        public String resolve(String path) throws IOException {
            return files.resolve(path);
        }

        @Override
        public void pack(String directory, String name, String as, OutputStream to) throws IOException {
            files.pack(directory, name, as, to);
        }

        @Override
        public void unpack(InputStream archive, String directory, String from, String as) throws IOException {
            String place = directory.equals("/") ? "/" + as : directory + "/" + as;
            boolean isThere = files.kind(place, false).isPresent();
            plan.add(
                    isThere
                            ? Step.change("file here", place, "content", "", "written again")
                            : Step.add("file here", place));
            archive.transferTo(OutputStream.nullOutputStream());
        }
    }
}
